/// Reads a Dockerfile's physical lines as logical ones: continuations joined, comments and the bodies of heredocs gone.
///
/// As BuildKit's parser does it (frontend/dockerfile/parser): comments and blank lines inside a continuation do not end
/// it; the directive `# escape=` counts only before everything else.
struct DockerfileLines {
    /// The character that continues a line at its end.
    let escape: Character
    private let lines: [Substring]
    private var position = 0

    init(_ text: String) {
        let body = text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
        lines = body.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        escape = DockerfileLines.escape(lines)
    }

    private static func escape(_ lines: [Substring]) -> Character {
        for line in lines {
            let text = line.drop(while: Dockerfile.isBlank)
            guard text.first == "#", let equals = text.firstIndex(of: "=") else { break }
            let key = text[text.index(after: text.startIndex)..<equals].filter { !Dockerfile.isBlank($0) }.lowercased()
            // A comment ends the directives.
            guard !key.isEmpty, key.allSatisfy({ $0.isLetter }) else { break }
            if key == "escape" { return text[text.index(after: equals)...].contains("`") ? "`" : "\\" }
        }
        return "\\"
    }

    /// The next instruction on one line and the number of its first line; `nil` at the end.
    mutating func next() throws(DockerProblem) -> (text: String, number: Int)? {
        while position < lines.count {
            let start = position
            let first = lines[position].drop(while: Dockerfile.isBlank)
            position += 1
            if first.isEmpty || first.first == "#" { continue }
            try refuseConflict(first, line: start + 1)
            var (text, continues) = withoutContinuation(first)
            while continues, position < lines.count {
                let line = lines[position].drop(while: Dockerfile.isBlank)
                position += 1
                if line.isEmpty || line.first == "#" { continue }
                try refuseConflict(line, line: position)
                let (more, goesOn) = withoutContinuation(lines[position - 1])
                text += more
                continues = goesOn
            }
            skipHeredocs(of: text)
            return (text, start + 1)
        }
        return nil
    }

    private func refuseConflict(_ text: Substring, line: Int) throws(DockerProblem) {
        for marker in ["<<<<<<< ", ">>>>>>> ", "||||||| "] where text.hasPrefix(marker) {
            throw DockerProblem(line: line, problem: "the file has merge conflict markers")
        }
    }

    private func withoutContinuation(_ line: Substring) -> (text: String, continues: Bool) {
        var end = line
        while let last = end.last, Dockerfile.isBlank(last) { end.removeLast() }
        guard end.last == escape else { return (String(line), false) }
        return (String(end.dropLast()), true)
    }

    // MARK: Heredocs

    /// Passes over the bodies of the instruction's heredocs. One that is never closed is none, so that nothing is lost
    /// that may be an instruction.
    private mutating func skipHeredocs(of text: String) {
        let name = text.prefix { !Dockerfile.isBlank($0) }.uppercased()
        guard ["COPY", "ADD", "RUN", "ONBUILD"].contains(name), text.contains("<<") else { return }
        for word in text.split(whereSeparator: Dockerfile.isBlank) {
            guard let heredoc = DockerfileLines.heredoc(word) else { continue }
            let end = lines[position...].firstIndex { line in
                let line = line.last == "\r" ? line.dropLast() : line
                return (heredoc.stripsTabs ? line.drop { $0 == "\t" } : line) == heredoc.delimiter
            }
            if let end { position = end + 1 }
        }
    }

    /// The heredoc that a word opens: `<<EOF`, `<<-EOF`, `3<<"EOF"`.
    static func heredoc(_ word: Substring) -> (delimiter: String, stripsTabs: Bool)? {
        var rest = word.drop { $0.isASCII && $0.isNumber }
        guard rest.hasPrefix("<<") else { return nil }
        rest = rest.dropFirst(2)
        let stripsTabs = rest.first == "-"
        if stripsTabs { rest = rest.dropFirst() }
        let delimiter = rest.filter { $0 != "\"" && $0 != "'" && $0 != "\\" }
        guard !delimiter.isEmpty, !delimiter.contains("<") else { return nil }
        return (String(delimiter), stripsTabs)
    }
}
