# Completion of pa-onto for fish: pa-onto completion fish > ~/.config/fish/completions/pa-onto.fish
function _pa_onto_offers
    set -l line "$PWD "(commandline -cp | string collect)
    # Asked once for each line, though fish asks twice.
    if test "$line" != "$_pa_onto_line"
        set -l words (commandline -opc)
        set -l current (commandline -ct | string collect)
        set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
        set -l typed (string trim -l -c '"\'' -- "$current" | string collect)
        set -g _pa_onto_found ($program completion fish -- $words[2..-1] "$typed" 2>/dev/null </dev/null)
        set -g _pa_onto_line $line
    end
    printf '%s\n' $_pa_onto_found
end
function _pa_onto_wants_files
    set -l offers (_pa_onto_offers)
    test -z "$offers"; or string match -qr '^(file|folder)\t' -- $offers
end
function _pa_onto_words
    _pa_onto_offers | string replace -fr '^(?:word|part)\t' ''
end
complete -c pa-onto -f -a '(_pa_onto_words)'
# Files are left to fish, which knows of ~ and of quotation marks.
complete -c pa-onto -n _pa_onto_wants_files -F
