internal import JSONText

/// A Dockerfile as a list of instructions, before any variable has a value.
///
/// Format: https://docs.docker.com/reference/dockerfile/ (BuildKit's syntax 1, with heredocs). A name that is not known is
/// kept and means nothing: it can read no file of the build context that is not also copied.
struct Dockerfile: Sendable {
    struct Instruction: Sendable, Equatable {
        /// In capitals, such as `COPY`.
        var name: String
        /// The options before the arguments, such as `--from=build`, in order; without a value the value is empty.
        var flags: [Flag]
        /// The rest of the instruction on one line, without heredocs.
        var text: String
        /// The arguments when they are written as a JSON list.
        var list: [String]?
        /// The line it begins at, counted from 1.
        var line: Int
    }

    struct Flag: Sendable, Equatable {
        var name: String
        var value: String
    }

    var instructions: [Instruction] = []
    /// The character that continues lines and takes others literally: `\` unless a directive says otherwise.
    var escape: Character = "\\"

    /// Larger files are no Dockerfiles that somebody wrote.
    static let sizeLimit = 1 << 20

    init(parsing bytes: [UInt8]) throws(DockerProblem) {
        guard bytes.count <= Dockerfile.sizeLimit else {
            throw DockerProblem(line: nil, problem: "the file has \(bytes.count) bytes; the limit is 1 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DockerProblem(line: nil, problem: "the file is not UTF-8 text")
        }
        var lines = DockerfileLines(text)
        escape = lines.escape
        while let line = try lines.next() {
            guard let instruction = Dockerfile.instruction(line.text[...], line: line.number) else { continue }
            instructions.append(instruction)
        }
    }

    /// Splits one logical line; `nil` when it is blank.
    static func instruction(_ text: Substring, line: Int) -> Instruction? {
        var rest = text.drop(while: isBlank)
        let name = rest.prefix { !isBlank($0) }
        guard !name.isEmpty else { return nil }
        rest = rest.dropFirst(name.count).drop(while: isBlank)
        var flags: [Flag] = []
        while rest.hasPrefix("--") {
            let word = rest.prefix { !isBlank($0) }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            flags.append(Flag(name: parts.first.map(String.init) ?? "", value: parts.count > 1 ? String(parts[1]) : ""))
            rest = rest.dropFirst(word.count).drop(while: isBlank)
        }
        return Instruction(
            name: name.uppercased(), flags: flags, text: String(rest), list: list(String(rest)), line: line)
    }

    /// The words of a JSON list of strings; anything else is no list, as for Docker.
    private static func list(_ text: String) -> [String]? {
        guard text.hasPrefix("["), let document = try? JSONDocument(parsing: Array(text.utf8)),
            let elements = document.root.array
        else { return nil }
        let words = elements.compactMap(\.string)
        return words.count == elements.count ? words : nil
    }

    static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
}

/// Why a file of the Docker family cannot be read, and the line when it is known.
struct DockerProblem: Error, Equatable {
    var line: Int?
    var problem: String
}
