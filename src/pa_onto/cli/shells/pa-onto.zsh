#compdef pa-onto
# Completion of pa-onto for zsh: source <(pa-onto completion zsh), after compinit
_pa_onto() {
  local kind value about files= folders= before=
  local -a offered described parts
  while IFS=$'\t' read -r kind value about; do
    case $kind in
      word) offered+=("$value"); described+=("$value${about:+  -- $about}") ;;
      part) parts+=("$value") ;;
      file) files=1; before=$value ;;
      folder) folders=1 ;;
    esac
  done < <("${(Q)words[1]/#\~/$HOME}" completion zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)
  (( $#offered )) && compadd -l -d described -a offered
  (( $#parts )) && compadd -S '' -a parts
  if [[ -n $files ]]; then
    [[ -n $before ]] && compset -P '*='
    _files
  elif [[ -n $folders ]]; then
    _files -/
  fi
  (( $#offered + $#parts )) || [[ -n $files$folders ]] || _files
}
if [[ ${funcstack[1]-} == _pa_onto ]]; then
  _pa_onto "$@"
elif (( ${+functions[compdef]} )); then
  compdef _pa_onto pa-onto
fi
