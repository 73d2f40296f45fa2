//! Just enough of Rust's grammar to read our own sources: comments and texts apart from code, paths, functions.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One source file, with its code and its comments on canvases of their own: same lines, the rest blank.
pub struct Source {
    /// From the package's root, with `/`.
    pub path: String,
    pub text: String,
    pub code: String,
    pub comments: String,
    /// Whether all of it is compiled for tests only.
    pub is_test: bool,
}

/// A path as code uses it (`crate::store::load`, `Utc::now`, a lone name), groups written out, and its line from 1.
pub struct UsedPath {
    pub line: usize,
    pub segments: Vec<String>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Line of its `fn`, from 1.
    pub line: usize,
    /// From its `fn` to its closing brace.
    pub line_count: usize,
}

/// All `.rs` files under these folders of the package, in order of their paths.
pub fn read_sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in folders {
        walk(&root.join(folder), &mut files);
    }
    files.sort();
    let mut sources: Vec<Source> = files.iter().map(|file| read_source(root, file)).collect();
    let test_modules: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        let is_of = |module: &String| {
            source.path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        source.is_test |= test_modules.iter().any(is_of);
    }
    sources
}

fn read_source(root: &Path, file: &Path) -> Source {
    let path = file.strip_prefix(root).unwrap().to_str().expect("our file names are UTF-8").replace('\\', "/");
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{path}: {error}"));
    Source::new(&path, &text)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let (code, comments) = split(text);
        // A file that a `#[path]` names may stand anywhere, but is called so.
        let is_test = path.ends_with("_tests.rs");
        Source { path: path.to_owned(), text: text.to_owned(), code, comments, is_test }
    }

    /// The code that ships: nothing of a file of tests, and no item under `#[cfg(test)]`.
    pub fn product_code(&self) -> String {
        if self.is_test {
            return String::new();
        }
        let mut code: Vec<char> = self.code.chars().collect();
        for item in test_items(&code) {
            code[item].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
        }
        code.into_iter().collect()
    }

    /// Files and folders, without `.rs`, of the modules that this one declares under `#[cfg(test)]`.
    fn test_modules(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let home = ["/mod", "/lib", "/main"].iter().find_map(|name| stem.strip_suffix(name)).unwrap_or(stem);
        let code: Vec<char> = self.code.chars().collect();
        let items = test_items(&code).into_iter().map(|item| code[item].iter().collect::<String>());
        let name = |item: String| Some(item.strip_suffix(';')?.rsplit_once("mod ")?.1.trim().to_owned());
        items.filter_map(name).map(|name| format!("{home}/{name}")).collect()
    }

    /// How many steps of `super` lead from this file's module to the crate's root.
    pub fn module_depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').count()
    }
}

impl UsedPath {
    /// Whether some of the segments in a row are `word`, as in `Utc::now`; a last `*` stands for any ending.
    pub fn says(&self, word: &str) -> bool {
        let wanted: Vec<&str> = word.split("::").collect();
        let same = |(segment, wanted): (&String, &&str)| match wanted.strip_suffix('*') {
            Some(beginning) => segment.starts_with(beginning),
            None => segment == wanted,
        };
        self.segments.windows(wanted.len()).any(|segments| segments.iter().zip(&wanted).all(same))
    }
}

/// Where the items under `#[cfg(test)]` stand.
fn test_items(code: &[char]) -> Vec<Range<usize>> {
    let mark: Vec<char> = "#[cfg(test)]".chars().collect();
    let (mut items, mut at) = (Vec::new(), 0);
    while let Some(found) = code[at..].windows(mark.len()).position(|window| window == mark) {
        let start = at + found;
        at = item_end(code, start + mark.len());
        items.push(start..at);
    }
    items
}

/// Code and comments of a text; literals are on neither.
fn split(text: &str) -> (String, String) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut comments) = (String::new(), String::new());
    let mut at = 0;
    while at < chars.len() {
        let (in_code, in_comment, end) = if let Some(end) = comment_end(&chars, at) {
            (false, true, end)
        } else if let Some(end) = literal_end(&chars, at) {
            (false, false, end)
        } else {
            (true, false, at + 1)
        };
        for &c in &chars[at..end.min(chars.len())] {
            code.push(if in_code || c == '\n' { c } else { ' ' });
            comments.push(if in_comment || c == '\n' { c } else { ' ' });
        }
        at = end;
    }
    (code, comments)
}

fn comment_end(chars: &[char], at: usize) -> Option<usize> {
    match (chars[at], chars.get(at + 1)) {
        ('/', Some('/')) => Some(chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |line| at + line)),
        ('/', Some('*')) => {
            let (mut depth, mut end) = (1, at + 2);
            while depth > 0 && end < chars.len() {
                match (chars[end], chars.get(end + 1)) {
                    ('/', Some('*')) => (depth, end) = (depth + 1, end + 2),
                    ('*', Some('/')) => (depth, end) = (depth - 1, end + 2),
                    _ => end += 1,
                }
            }
            Some(end)
        }
        _ => None,
    }
}

fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    match chars[at] {
        '"' => Some(quoted_end(chars, at, '"')),
        '\'' if chars.get(at + 1) == Some(&'\\') => Some(quoted_end(chars, at, '\'')),
        '\'' if chars.get(at + 2) == Some(&'\'') => Some(at + 3),
        'r' | 'b' | 'c' if at == 0 || !is_word(chars[at - 1]) => raw_text_end(chars, at),
        _ => None,
    }
}

fn quoted_end(chars: &[char], at: usize, quote: char) -> usize {
    let mut end = at + 1;
    while end < chars.len() && chars[end] != quote {
        end += if chars[end] == '\\' { 2 } else { 1 };
    }
    end + 1
}

/// Past `r"…"`, `r#"…"#`, `br"…"`, if one begins here.
fn raw_text_end(chars: &[char], at: usize) -> Option<usize> {
    let after_r = if chars[at] == 'r' { at + 1 } else { at + 2 };
    if chars.get(after_r - 1) != Some(&'r') {
        return None;
    }
    let hashes = chars[after_r..].iter().take_while(|c| **c == '#').count();
    let start = after_r + hashes;
    if chars.get(start) != Some(&'"') {
        return None;
    }
    let mut closing = vec!['"'];
    closing.resize(hashes + 1, '#');
    let body = chars[start + 1..].windows(closing.len()).position(|window| window == closing)?;
    Some(start + 1 + body + closing.len())
}

/// Every path in the code, `use a::{b, c::d}` as `a::b` and `a::c::d`.
pub fn paths(code: &str) -> Vec<UsedPath> {
    let chars: Vec<char> = code.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < chars.len() {
        let end = if is_word(chars[at]) { read_tree(&chars, at, line, &[], &mut found) } else { at + 1 };
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

/// Reads one path with its groups from a word, `*` or group on; returns where it ends.
fn read_tree(chars: &[char], start: usize, line: usize, prefix: &[String], found: &mut Vec<UsedPath>) -> usize {
    let (mut segments, mut at) = (prefix.to_vec(), start);
    loop {
        let word = chars[at..].iter().take_while(|c| is_word(**c)).count();
        let is_glob = chars.get(at) == Some(&'*');
        segments.push(if is_glob { "*".to_owned() } else { chars[at..at + word].iter().collect() });
        at += if is_glob { 1 } else { word };
        let next = skip_blank(chars, at);
        let after = skip_blank(chars, next + 2);
        let goes_on = chars.get(next..next + 2) == Some(&[':', ':']);
        match chars.get(after) {
            Some('{') if goes_on => return read_group(chars, after, line, &segments, found),
            Some(c) if goes_on && (is_word(*c) || *c == '*') => at = after,
            _ => break,
        }
    }
    found.push(UsedPath { line, segments });
    at
}

fn read_group(chars: &[char], open: usize, line: usize, prefix: &[String], found: &mut Vec<UsedPath>) -> usize {
    let mut at = open + 1;
    while at < chars.len() && chars[at] != '}' {
        let here = line + chars[open..at].iter().filter(|c| **c == '\n').count();
        at = match chars[at] {
            // What follows `as` is a name of the file's own.
            'a' if chars[at..].starts_with(&['a', 's', ' ']) => {
                chars[at..].iter().position(|c| matches!(c, ',' | '}')).map_or(chars.len(), |end| at + end)
            }
            c if is_word(c) || c == '*' => read_tree(chars, at, here, prefix, found),
            _ => at + 1,
        };
    }
    at + 1
}

/// Every function with a body.
pub fn functions(code: &str) -> Vec<Function> {
    let chars: Vec<char> = code.chars().collect();
    let line_at = |at: usize| 1 + chars[..at].iter().filter(|c| **c == '\n').count();
    let begins = |at: &usize| chars[*at..].starts_with(&['f', 'n', ' ']) && (*at == 0 || !is_word(chars[*at - 1]));
    let mut found = Vec::new();
    for at in (0..chars.len()).filter(begins) {
        let name: String = chars[at + 3..].iter().take_while(|c| is_word(**c)).collect();
        let end = item_end(&chars, at);
        if !name.is_empty() && chars[end - 1] == '}' {
            found.push(Function { name, line: line_at(at), line_count: line_at(end) - line_at(at) + 1 });
        }
    }
    found
}

/// Past the `;` or the closing brace of the item that begins at `at`.
fn item_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0;
    for (offset, c) in chars[at..].iter().enumerate() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(c, ';' | '}') {
            return at + offset + 1;
        }
    }
    chars.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn skip_blank(chars: &[char], at: usize) -> usize {
    at + chars.iter().skip(at).take_while(|c| c.is_whitespace()).count()
}

#[test]
fn comments_and_literals_are_no_code() {
    let check = |text: &str, code: &str, comments: &str| {
        let source = Source::new("src/x.rs", text);
        assert_eq!((source.code.trim_end(), source.comments.trim()), (code, comments), "{text}");
    };
    check("a // b\nc", "a     \nc", "// b");
    check("a /* b /* c */ d */ e", "a                   e", "/* b /* c */ d */");
    check(r#"f("a // \" b", 'x', '\'', '"')"#, "f(           ,    ,     ,    )", "");
    check("g(r#\"a \" b\"#, br\"c\")", "g(          ,      )", "");
    check("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}", "");
}

#[test]
fn grouped_paths_are_written_out() {
    let text = "use crate::{\n  a::{b as x, c::*},\n  d,\n};\nlet y = e::f(g);";
    let all: Vec<(usize, String)> = paths(text).iter().map(|path| (path.line, path.segments.join("::"))).collect();
    for want in [(2, "crate::a::b"), (2, "crate::a::c::*"), (3, "crate::d"), (5, "e::f"), (5, "g")] {
        assert!(all.contains(&(want.0, want.1.to_owned())), "{want:?} in {all:?}");
    }
}

#[test]
fn a_function_is_measured_from_its_name_to_its_brace() {
    let text = "trait T { fn a(); }\npub fn b(x: [u8; 2]) -> bool\n{\n    if x { y }\n}\nfn c() {}";
    let want =
        [("b", 2, 4), ("c", 6, 1)].map(|(name, line, line_count)| Function { name: name.into(), line, line_count });
    assert_eq!(functions(text), want);
}

#[test]
fn modules_declared_for_tests_are_known() {
    let check =
        |path: &str, text: &str, want: &[&str]| assert_eq!(Source::new(path, text).test_modules(), want, "{text}");
    check("src/domain/mod.rs", "pub mod a;\n#[cfg(test)]\nmod sim;\nmod b;", &["src/domain/sim"]);
    check("src/flow/cutoff.rs", "#[cfg(test)]\nmod tests;", &["src/flow/cutoff/tests"]);
    check("src/flow/cutoff.rs", "#[cfg(test)]\nmod tests { fn f() {} }", &[]);
}
