# Completion of pa-onto for bash: source <(pa-onto completion bash)
_pa_onto_complete() {
  local kind value about
  COMPREPLY=()
  while IFS=$'\t' read -r kind value about; do
    case $kind in
      word) COMPREPLY+=("$value") ;;
      part)
        COMPREPLY+=("$value")
        compopt -o nospace 2>/dev/null
        ;;
    esac
  done < <("${1/#\~/$HOME}" completion bash -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
}
# Where nothing is offered, bash completes files by itself.
complete -o bashdefault -o default -F _pa_onto_complete pa-onto
