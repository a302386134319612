/// Writes what moon passes to a program as text for a POSIX shell.
enum MoonShell {
    /// A list's entry as one word. Variables and globs stay open: moon has a shell expand them.
    static func word(_ text: String) -> String {
        if text.isEmpty { return "''" }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "_-./:=@%+,*?[]{}$!^~#()".unicodeScalars.contains(scalar)
        }
        // Brackets are special unless they are those of a token such as `@in(0)`.
        if isPlain, !text.hasPrefix("#"), !text.contains("(") || text.hasPrefix("@") { return text }
        return text.contains("$") ? doubleQuoted(text) : singleQuoted(text)
    }

    static func singleQuoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// In double quotes, where the shell still replaces variables.
    static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            if "\"\\`".contains(character) { result += "\\" }
            result.append(character)
        }
        return result + "\""
    }

    /// Sets or takes away the variables, for the commands after it.
    static func assignments(_ variables: [MoonVariable]) -> String {
        variables.filter { isName($0.name) }.map { variable in
            guard let value = variable.value else { return "unset \(variable.name); " }
            let text = value.contains("$") ? doubleQuoted(value) : singleQuoted(value)
            return "export \(variable.name)=\(text); "
        }.joined()
    }

    /// The names of variables that a value refers to, as `$NAME` or `${NAME...}`.
    static func variables(in value: String) -> [String] {
        var names: [String] = []
        var rest = value[...]
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "{" { rest = rest.dropFirst() }
            let name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            if isName(String(name)) { names.append(String(name)) }
        }
        return names
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }
}
