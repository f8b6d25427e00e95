// The text field: CodeMirror in a shadow tree, so that its styles need no exception.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";
import { completions } from "./completion.js";

// Colours come from the page, which knows light and dark.
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.controlKeyword, tags.modifier], color: "var(--keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.definition(tags.variableName), tags.special(tags.variableName)], color: "var(--variable)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.literal], color: "var(--number)" },
  { tag: [tags.url, tags.link, tags.namespace, tags.atom, tags.labelName], color: "var(--name)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
]);
const LANGUAGE = SparqlLanguage.configure({
  props: [styleTags({ "Pname_ln Pname_ns": tags.namespace, Langtag: tags.special(tags.string) })],
});
const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "0.875rem", maxHeight: "60vh" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.6rem 0" },
  ".cm-content, .cm-gutter": { minHeight: "14rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--quiet)", border: "none", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--active)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "1px solid var(--edge)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "6px", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem", maxWidth: "min(36rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.6rem", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--raised)" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", opacity: "0.8", marginLeft: "0.8em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", padding: "0.4rem 0.7rem", borderLeft: "4px solid var(--bad)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px", backgroundColor: "var(--bad-ground)" },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--bad)" },
});

/** Put an editor into an element and return it; ``run`` is called on Ctrl-Enter. */
export function openEditor(host, text, { endpoint, prefixes, run }) {
  const root = host.attachShadow({ mode: "open" });
  const runs = { key: "Mod-Enter", run: () => { run(); return true; } };
  const state = EditorState.create({
    doc: text,
    extensions: [
      Prec.highest(keymap.of([runs, { ...runs, key: "Ctrl-Enter" }])),
      // Tab is left to the browser: it leads out of the field.
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      lineNumbers(), history(), drawSelection(), highlightSpecialChars(), highlightActiveLine(),
      indentOnInput(), bracketMatching(), closeBrackets(),
      autocompletion({ override: [completions(endpoint, prefixes)], icons: false }),
      LANGUAGE, syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Query", spellcheck: "false", autocapitalize: "off" }),
    ],
  });
  return new Field(new EditorView({ state, parent: root, root }));
}

/** What the page wants of the editor. */
class Field {
  constructor(view) {
    this.view = view;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Replace the text; undoing brings the old one back. */
  set text(text) {
    const { doc } = this.view.state;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text }, selection: { anchor: 0 } });
    this.view.scrollDOM.scrollTop = 0;
  }

  focus() {
    this.view.focus();
  }

  /** Take the marks of faults away. */
  clear() {
    this.view.dispatch(setDiagnostics(this.view.state, []));
  }

  /** Mark a fault and bring it into view. */
  mark({ line, column }, message) {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const skipped = Array.from(at.text).slice(0, Math.max(column - 1, 0)).join("").length;
    let from = Math.min(at.from + skipped, at.to);
    const word = /^[\w?$:-]+|^./u.exec(doc.sliceString(from, at.to));
    let to = from + (word ? word[0].length : 0);
    if (from === to && from > at.from) from -= 1;
    this.view.dispatch(
      setDiagnostics(this.view.state, [{ from, to, severity: "error", message }]),
      { selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) },
    );
  }
}
