extension ImportScanner {
    /// Passes a string literal; one that is not closed ends with its line.
    mutating func skipString() {
        let quote = bytes[at]
        at += 1
        while at < end {
            let byte = bytes[at]
            if byte == quote {
                at += 1
                return
            }
            if byte == UInt8(ascii: "\\") {
                skipEscape()
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                break
            } else {
                at += 1
            }
        }
        found.isCertain = false
    }

    /// Passes a backslash and what it escapes; `\` before a line end joins the lines.
    private mutating func skipEscape() {
        at += byte(1) == UInt8(ascii: "\r") && byte(2) == UInt8(ascii: "\n") ? 3 : 2
        if at > end { at = end }
    }

    /// Reads the text of a template up to its end or to the next substitution, whose code follows.
    mutating func readTemplate() {
        let start = at
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "`"):
                if texts != nil { collect(start..<at, from: start) }
                at += 1
                return finish(endsExpression: true)
            case UInt8(ascii: "\\"): skipEscape()
            case UInt8(ascii: "$") where byte(1) == UInt8(ascii: "{"):
                at += 2
                stack.append(.substitution)
                return finish(endsExpression: false, braceOpensObject: true)
            default: at += 1
            }
        }
        found.isCertain = false
    }

    /// Passes a regular expression, which cannot leave its line; a `/` in a class does not end it.
    mutating func skipRegularExpression() {
        let start = at
        var isInClass = false
        at += 1
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "\\"): at = min(at + 2, end)
            case UInt8(ascii: "["):
                isInClass = true
                at += 1
            case UInt8(ascii: "]"):
                isInClass = false
                at += 1
            case UInt8(ascii: "/") where !isInClass:
                at += 1
                while at < end, ByteClass.of(bytes[at]) == .word { at += 1 }
                return
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return leaveExpression(from: start)
            default: at += 1
            }
        }
        leaveExpression(from: start)
    }

    /// It was a division after all, or the text is damaged: goes on after the slash at `start`.
    private mutating func leaveExpression(from start: Int) {
        unfinishedExpressionEnd = at
        at = min(start + 1, end)
        found.isCertain = false
    }

    // MARK: Comments

    mutating func skipLine() {
        while at < end, bytes[at] != UInt8(ascii: "\n"), bytes[at] != UInt8(ascii: "\r") { at += 1 }
    }

    /// Whether only white space stands between `offset` and the line before it.
    func isFirstOnLine(_ offset: Int) -> Bool {
        var position = offset - 1
        while position >= 0, position > offset - 256 {
            if bytes[position] == UInt8(ascii: "\n") || bytes[position] == UInt8(ascii: "\r") { return true }
            guard ByteClass.of(bytes[position]) == .space else { return false }
            position -= 1
        }
        return position < 0
    }

    mutating func readLineComment() {
        let start = at
        skipLine()
        guard start + 2 < at, bytes[start + 2] == UInt8(ascii: "/") else { return }
        readReference(start + 3, start)
    }

    mutating func readBlockComment() {
        let start = at
        at += 2
        while at < end {
            if bytes[at] == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                at += 2
                if readsJSX, start + 4 < at, bytes[start + 2] == UInt8(ascii: "*") { readDocumentation(start..<at) }
                return
            }
            at += 1
        }
        found.isCertain = false
    }

    /// `/// <reference path="m" />`, `types`; https://www.typescriptlang.org/docs/handbook/triple-slash-directives.html.
    private mutating func readReference(_ start: Int, _ offset: Int) {
        var words = ImportScanner(bytes: bytes, range: start..<at, readsJSX: false)
        words.skipSpace()
        guard words.take("<"), words.word() == "reference" else { return }
        words.skipSpace()
        while words.at < words.end, let name = words.word() {
            words.skipSpace()
            guard words.take("=") else { return }
            words.skipSpace()
            guard let value = words.takeString() else { return }
            words.skipSpace()
            if name == "path" || name == "types" {
                let kind: JavaScriptImports.Kind = name == "path" ? .referencePath : .referenceTypes
                found.imports.append(FoundImport(specifier: value, kind: kind, offset: offset))
                return
            }
        }
    }

    /// The types in a JSDoc comment: `{import("m").T}`, and `@import { T } from "m"` of TypeScript 5.5.
    private mutating func readDocumentation(_ range: Range<Int>) {
        var depth = 0, position = range.lowerBound
        while position < range.upperBound {
            switch bytes[position] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "i") where depth > 0 || bytes[position - 1] == UInt8(ascii: "@"):
                var inner = ImportScanner(bytes: bytes, range: position..<range.upperBound, readsJSX: false)
                inner.commentLimit = 4096
                let wanted = inner.word() == "import" && ByteClass.of(bytes[position - 1]) != .word
                if wanted {
                    inner.readImport(offset: position)
                    for entry in inner.found.imports where entry.specifier != nil {
                        found.imports.append(
                            FoundImport(specifier: entry.specifier, kind: .typeOnly, offset: position))
                    }
                    position = max(position, inner.at - 1)
                }
            default: break
            }
            position += 1
        }
    }
}
