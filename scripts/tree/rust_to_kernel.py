# SPDX-License-Identifier: GPL-2.0
"""A file of rust/kernel/ as it would stand in the kernel's rust/kernel/: mechanical steps only.

- `cfg` of the crate is decided: what only the loadable module has goes, as unifdef does it for C.
- Paths of modules become those of the kernel (see upstream/series.toml); C functions are in `bindings`.
- `use` declarations become one for each crate, without what is no longer used, and `mod` and `pub use` name only
  modules that are there.
- Comments name no litmus test: those are not in the kernel's tree. Tables in them have no row for what is not there.

rustfmt comes after this.
"""
import re
import textwrap

# What the series is made for: Linux 7.3, without the module around the core.
KNOWN = {"crosscall_upstream": True, "crosscall_has_interrupt": True}
WIDTH = 100
IDENT = r"[A-Za-z_]\w*"
ROOTS = ["core", "pin_init", "crate", "super"]


# cfg

def decide(text):
    """True, False, or what is left of a condition."""
    text = " ".join(text.split()).rstrip(",")
    if text in KNOWN:
        return KNOWN[text]
    match = re.fullmatch(r"(not|all|any)\((.*)\)", text)
    if not match:
        return text
    parts = [decide(part) for part in split_items(match[2])]
    if match[1] == "not":
        return f"not({parts[0]})" if isinstance(parts[0], str) else not parts[0]
    decisive = match[1] == "any"
    if decisive in parts:
        return decisive
    left = [part for part in parts if isinstance(part, str)]
    return (left[0] if len(left) == 1 else f"{match[1]}({', '.join(left)})") if left else not decisive


def split_items(text):
    """The items of a list, which may have lists in them."""
    depth, item, found, quoted = 0, "", [], False
    for at, char in enumerate(text):
        quoted ^= char == '"' and text[at - 1] != "\\"
        depth += 0 if quoted else (char in "({[") - (char in ")}]")
        if char == "," and depth == 0 and not quoted:
            found.append(item.strip())
            item = ""
        else:
            item += char
    return [*found, item.strip()] if item.strip() else found


def blanked(text):
    """The text with spaces for comments and for what strings and characters contain: brackets there do not count."""
    pattern = r'//[^\n]*|/\*.*?\*/|b?c?"(?:[^"\\]|\\.)*"|b?\'(?:[^\'\\\n]|\\[^\n]{1,8}?)\''
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S)


def closing(code, start):
    """Behind the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(code)):
        depth += (code[at] in "({[") - (code[at] in ")}]")
        if depth == 0:
            return at + 1
    raise ValueError("a bracket is not closed")


ITEM = re.compile(r"(?:pub(?:\([\w:]+\))? )?(?:const (?!fn)|static |unsafe (?:fn|impl|extern|trait) |extern |const (?:unsafe )?fn |"
                  r"fn |impl[ <]|struct |enum |union |trait |type |use |mod |macro_rules)")


def end_of(code, start):
    """Behind the item, field, arm or statement that begins at `start`."""
    is_item, is_let = ITEM.match(code, start), re.compile(r"let |(?:pub(?:\([\w:]+\))? )?use ").match(code, start)
    is_field = re.compile(r"(?:pub(?:\([\w:]+\))? )?\w+:[^:]").match(code, start)
    at, angle = start, 0
    while True:
        char = code[at]
        if char in "({[":
            at = closing(code, at)
            rest = code[at:].lstrip()
            # A block ends what is no `let`, unless it is an operand, or the body of an arm or `if` with more to come.
            if char == "{" and not is_let and not is_field and not rest.startswith(("else", ".", "?")):
                return at + 1 if not is_item and code[at] in ";," else at
            continue
        if is_field and char in "<>" and code[at - 1] not in "-=":
            angle += 1 if char == "<" else -1
        if char in ")}]":
            return at
        if char == ";" or (char == "," and not is_item and not is_let and angle == 0):
            return at + 1
        at += 1


ATTRIBUTE = re.compile(r"(?m)^([ \t]*)#(!?)\[(cfg|cfg_attr)\(")


def resolve_cfg(text):
    """The text for the known conditions."""
    at = 0
    while match := ATTRIBUTE.search(code := blanked(text), at):
        opening = match.end() - 1
        end = code.index("]", closing(code, opening)) + 1
        content = text[opening + 1:closing(code, opening) - 1]
        line_end = text.index("\n", end) + 1
        items = split_items(content)
        condition = decide(items[0])
        at = match.start()
        if isinstance(condition, str):
            at = end
            if condition != " ".join(items[0].split()):
                text = f"{text[:opening + 1]}{', '.join([condition, *items[1:]])}{text[closing(code, opening) - 1:]}"
        elif match[3] == "cfg_attr":
            left = "".join(attribute(match[1], match[2], item) for item in items[1:]) if condition else ""
            text = text[:match.start()] + left + text[line_end:]
        elif condition:
            text = text[:match.start()] + text[line_end:]
        else:
            text = without(text, code, match.start(), line_end)
            at = 0
    return text


def attribute(indent, inner, item):
    """The line of an attribute, or the lines of a comment that it stands for."""
    match = re.fullmatch(r'doc = "((?:[^"\\]|\\.)*)"', item, re.S)
    if not match:
        return f"{indent}#{inner}[{item}]\n"
    mark = "//!" if inner else "///"
    lines = match[1].replace('\\"', '"').split("\n")
    return "".join(f"{indent}{mark} {line}".rstrip() + "\n" for line in lines)


def without(text, code, start, after):
    """The text without what an attribute at `start` belongs to: other attributes and comments go with it."""
    lines = text[:start].split("\n")[:-1]
    while lines and re.match(r"[ \t]*(//(?!!)|#\[)", lines[-1]):
        lines.pop()
    begin = len("\n".join(lines)) + 1 if lines else 0
    while (line := re.compile(r"[ \t]*(//[^\n]*|#\[[^\n]*\])\n").match(text, after)):
        after = line.end()
    end = end_of(code, after + len(re.compile(r"[ \t]*").match(text, after)[0]))
    rest = text[end:]
    if re.match(r"[ \t]*\n", rest):
        rest = rest[rest.index("\n") + 1:]
    before = text[:begin]
    # One empty line is enough, and none where a block begins or ends.
    if rest.startswith("\n") and (before.endswith(("\n\n", "{\n")) or not before):
        rest = rest[1:]
    if re.match(r"[ \t]*[})]", rest):
        before = re.sub(r"\n\n$", "\n", before)
    return before + rest


# use

USE = re.compile(rf"(?m)^((?:#\[[^\n]*\]\n)*)((?:pub(?:\(\w+\))? )?)use ([^;]*);\n")


def flatten(tree, before=""):
    """The paths of `a::{b, c::d}`."""
    tree = re.sub(r"//[^\n]*", "", tree).strip()
    match = re.fullmatch(r"((?:[\w$]+::)*)\{(.*)\}", tree, re.S)
    if match:
        return [path for item in split_items(match[2]) for path in flatten(item, before + match[1])]
    return [before.removesuffix("::") if tree == "self" else before + tree]


def name_of(path):
    return path.rsplit(" as ", 1)[-1].rsplit("::", 1)[-1].strip()


def sort_key(name):
    """rustfmt's order: modules, types, constants."""
    plain = name.split("::")[0].split(" as ")[0]
    kind = 0 if plain[:1].islower() or plain == "_" else 2 if plain.isupper() and len(plain) > 1 else 1
    return (plain != "self", kind, plain.lower(), plain)


def print_tree(paths, indent=""):
    """The items of a group, one a line, as the kernel has them."""
    groups = {}
    for path in paths:
        head, _, rest = path.partition("::")
        groups.setdefault(head, []).append(rest)
    lines = []
    for head in sorted(groups, key=sort_key):
        leaves = sorted(set(groups[head]))
        if leaves == [""]:
            lines.append(f"{indent}{head},")
        elif len(leaves) == 1:
            lines.append(f"{indent}{head}::{leaves[0]},")
        else:
            while len({leaf.partition("::")[0] for leaf in leaves}) == 1:
                head += "::" + leaves[0].partition("::")[0]
                leaves = [leaf.partition("::")[2] for leaf in leaves]
            inner = print_tree(["self" if leaf == "" else leaf for leaf in leaves], indent + "    ")
            lines += [f"{indent}{head}::{{", *inner, f"{indent}}},"]
    if not lines[-1].strip().startswith("}"):
        lines[-1] += " //"
    return lines


def print_use(root, paths, visible=""):
    rest = sorted({path.partition("::")[2] for path in paths})
    if len(rest) == 1:
        return f"{visible}use {root}::{rest[0]};\n"
    heads = {path.partition("::")[0] for path in rest}
    if len(heads) == 1 and all("::" in path for path in rest):
        head = heads.pop()
        return print_use(f"{root}::{head}", [f"_::{path.partition('::')[2]}" for path in rest], visible)
    return f"{visible}use {root}::{{\n" + "\n".join(print_tree(rest, "    ")) + "\n};\n"


class Translation:
    """How one file is translated.

    `paths` maps paths of the module to those of the kernel; `modules` are the paths of the kernel's modules that are
    there, so far. Of those whose parent there is another one, `public` are for clients, and `shared` for all of the crate.
    """

    def __init__(self, paths, modules, public=(), shared=()):
        self.paths = sorted(paths.items(), key=lambda item: -len(item[0]))
        self.modules = modules
        self.visible = dict.fromkeys(shared, "pub(crate) ") | dict.fromkeys(public, "pub ")
        # What other files of a series add to what this one exports.
        self.gone = set()
        self.names = {old.rsplit("::", 1)[1]: new.rsplit("::", 1)[1] for old, new in paths.items()
                      if new.rsplit("::", 1)[1][0].isupper()}
        leaves = {old.rsplit("::", 1)[1]: new.rsplit("::", 1)[1] for old, new in paths.items()}
        self.renamed = {old: new for old, new in leaves.items() if old != new and old.islower() and new != "context"}

    def module(self, path):
        """The kernel's path for one of the module's."""
        for old, new in self.paths:
            if path == old or path.startswith(old + "::"):
                return new + path[len(old):]
        return path

    def import_path(self, path):
        path = re.sub(r"^kernel\b", "crate", path)
        if path in ("crate::helpers", "crate::calls::helpers"):
            return "crate::bindings"
        return self.module(path)

    def in_code(self, text):
        """Paths and names in code and links."""
        text = re.sub(r"\bhelpers::rust_helper_", "bindings::", text)
        text = re.sub(rf"(?<![\w$:])kernel::(?={IDENT})", "crate::", text)
        for old, new in self.paths:
            text = re.sub(rf"\b{old}\b", new, text)
        for old, new in self.names.items():
            text = re.sub(rf"\b{old}\b", new, text)
        return self.renamed_modules(text)

    def renamed_modules(self, text):
        for old, new in self.renamed.items():
            text = re.sub(rf"(?<![\w:]){old}::", new + "::", text)
        return text

    # Clients: samples, and examples in comments.

    def client(self, text):
        """A sample."""
        self.here = ""
        text = resolve_cfg(text)
        text = USE.sub(lambda match: re.sub(r"\b(?:crosscall|kernel)\b(?=::)", "crate", match[0]), text)
        text = self.imports(text).replace("use crate::", "use kernel::")
        for old, new in self.names.items():
            text = re.sub(rf"\b{old}\b", new, text)
        return self.renamed_modules(text)

    def example(self, lines, mark):
        """A code block of a comment: imports are translated, as those of a client."""
        text = "\n".join(line.removeprefix(mark).removeprefix(" ") for line in lines) + "\n"
        imports = []

        def collect(match):
            imports.extend(flatten(match[3]))
            return "\0" if len(imports) and "\0" not in seen and not seen.append("\0") else ""

        seen = []
        text = re.sub(r"(?m)^(#\[[^\n]*\]\n)?()use ((?:crosscall|kernel)::[^;]*);\n", collect, text)
        mapped = [re.sub(r"^crate\b", "kernel", self.module(re.sub(r"^(crosscall|kernel)\b", "crate", path)))
                  for path in imports]
        for path, new in zip(imports, mapped):
            if name_of(path) != name_of(new):
                text = re.sub(rf"\b{name_of(path)}(?=::)", name_of(new), text)
        used = "".join(print_use("kernel", mapped)) if mapped else ""
        text = text.replace("\0", used)
        for old, new in self.names.items():
            text = re.sub(rf"\b{old}\b", new, text)
        return [f"{mark} {line}".rstrip() for line in text.rstrip("\n").split("\n")]

    def comments(self, text):
        """Comments, paragraph by paragraph."""
        out, block, mark = [], [], None
        for line in [*text.split("\n"), None]:
            match = line is not None and re.match(r"([ \t]*//[/!]?)(?= |$)", line)
            if block and (not match or match[1] != mark):
                out += self.comment(block, mark)
                block = []
            if match:
                mark = match[1]
                block.append(line)
            elif line is not None:
                out.append(line)
        return "\n".join(out)

    def comment(self, lines, mark):
        out, paragraph, fence = [], [], None
        for line in [*lines, mark]:
            content = line.removeprefix(mark).strip()
            if fence is not None:
                fence.append(line)
                if content == "```":
                    is_rust = fence[0].removeprefix(mark).strip() in ("```", "```ignore")
                    inner = self.example(fence[1:-1], mark) if is_rust else fence[1:-1]
                    out += [fence[0], *inner, fence[-1]]
                    fence = None
            elif content.startswith("```"):
                out += self.paragraph(paragraph, mark)
                paragraph, fence = [], [line]
            elif not content or re.match(r"[-|#*]", content) or re.match(r"\[.*\]: ", content):
                out += self.paragraph(paragraph, mark)
                paragraph = [line] if content.startswith("- ") else []
                if not content.startswith("- ") and not self.names_what_is_gone(content):
                    out.append(self.in_code(line) if content else line)
            else:
                paragraph.append(line)
        return (out + self.paragraph(paragraph, mark))[:-1]

    def paragraph(self, lines, mark):
        """A paragraph is filled again only if that changes it."""
        text = self.in_code("\n".join(lines))
        flat = " ".join(line.removeprefix(mark).strip() for line in text.split("\n"))
        short = re.sub(r" ?\(?Litmus tests?: [a-zA-Z0-9_, -]+?\.\)?(?= |$)", "", flat).strip()
        if short == flat and all(len(line) <= WIDTH for line in text.split("\n")):
            return text.split("\n") if lines else []
        indent = "  " if short.startswith("- ") else ""
        return textwrap.wrap(short, WIDTH, initial_indent=mark + " ", subsequent_indent=f"{mark} {indent}",
                             break_long_words=False, break_on_hyphens=False)

    # Files

    def imports(self, text):
        """The declarations of `use`, in one for each crate, before the first."""
        found, exported = {}, []
        first = None
        declarations = list(USE.finditer(text))
        code = self.in_code(blanked(USE.sub("", text)))

        def is_used(path):
            return path.endswith(("*", " as _")) or re.search(rf"\b{name_of(path)}\b", code)

        out, position = "", 0
        for match in declarations:
            out += text[position:match.start()]
            position = match.end()
            paths = [self.import_path(path) for path in flatten(match[3])]
            root = paths[0].partition("::")[0]
            if match[2] or match[1] or root not in ROOTS:
                out += self.export(match, [path for path in paths if match[2] or is_used(path)])
                continue
            if first is None:
                first = len(out)
            for path in filter(is_used, paths):
                found.setdefault(root, []).append(path)
        out += text[position:]
        if first is None:
            return out
        order = sorted(found, key=ROOTS.index)
        declared = "\n".join(print_use(root, found[root]) for root in order)
        return re.sub(r"\n{3,}", "\n\n", out[:first] + declared + "\n" + out[first:].lstrip("\n"))

    def export(self, match, paths):
        """A declaration with attributes or `pub`, or of a module below: without what is in none that is there."""
        kept = [path for path in paths if self.is_there(path)]
        if not kept:
            return ""
        root = kept[0].partition("::")[0]
        return match[1] + print_use(root, kept, match[2])

    @staticmethod
    def exported(text):
        return {name_of(path) for match in USE.finditer(text) if match[2] for path in flatten(match[3])}

    def names_what_is_gone(self, content):
        """Whether it is the row of a table that has a link to something of a module which is not there."""
        return content.startswith("|") and any(re.search(rf"\[`{name}(?:\(\))?`\]", content) for name in self.gone)

    def is_there(self, path):
        head = path.partition("::")[0]
        return head in ROOTS or f"{self.here}::{head}" in self.modules

    def file(self, text, here):
        """A file of the module at the kernel's path `here`."""
        self.here = here
        text = resolve_cfg(text)
        # Modules that are not there, and those that the kernel has here.
        own = set(re.findall(rf"(?m)^(?:pub(?:\(\w+\))? )?mod ({IDENT});$", text))
        children = {path.rsplit("::", 1)[1] for path in self.modules if path.rsplit("::", 1)[0] == here}
        text = re.sub(rf"(?m)^(?:#\[[^\n]*\]\n)*(?:pub(?:\(\w+\))? )?mod ({IDENT});\n",
                      lambda match: match[0] if match[1] in children else "", text)
        if moved := sorted(children - own):
            lines = "".join(f"{self.visible.get(f'{here}::{name}', '')}mod {name};\n" for name in moved)
            first = re.search(r"(?m)^(?:pub(?:\(\w+\))? )?mod \w+;\n", text)
            if not first:
                raise SystemExit(f"{here} has no place for modules")
            text = text[:first.start()] + lines + text[first.start():]
        before = self.exported(text)
        text = self.imports(text)
        self.gone = before - self.exported(text)
        text = self.comments(text)
        parts = re.split(r"((?m:^[ \t]*//[^\n]*\n))", text)
        return "".join(part if part.lstrip().startswith("//") else self.in_code(part) for part in parts)
