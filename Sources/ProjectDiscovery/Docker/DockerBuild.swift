/// What building a Dockerfile reads, for one choice of arguments: files of the build context, of other contexts by name,
/// and images.
///
/// All stages count, whatever the target is: a stage that is left out makes more inputs, never fewer.
struct DockerBuild: Equatable {
    /// A file, a directory or a glob in a build context, as an instruction names it. Text that is not known is
    /// `DockerVariables.unknown`.
    struct Source: Hashable {
        var path: String
        var line: Int
    }

    /// An image from outside the file.
    struct Image: Hashable {
        var reference: String
        var line: Int
    }

    /// What is read from the build context.
    var sources: [Source] = []
    /// What is read from contexts that have a name, by their names in small letters.
    var named: [String: [Source]] = [:]
    var images: [Image] = []
    /// Whether images built on this one read their own context, as `ONBUILD COPY` says.
    var hasTriggers = false

    /// - Parameters:
    ///   - arguments: values that replace the defaults of `ARG`.
    ///   - contexts: the names of further contexts, in small letters.
    init(_ file: Dockerfile, arguments: [String: String] = [:], contexts: Set<String> = []) {
        var evaluation = Evaluation(file: file, arguments: arguments, contexts: contexts)
        for instruction in file.instructions { evaluation.run(instruction) }
        self = evaluation.build
    }

    fileprivate init() {}
}

/// Goes through the instructions in order with the values that hold in each stage.
private struct Evaluation {
    let file: Dockerfile
    let arguments: [String: String]
    let contexts: Set<String>
    var build = DockerBuild()
    /// Values of the `ARG`s before the first `FROM`.
    private var global: [String: String] = [:]
    /// The values that hold now; those that nobody says are absent.
    private var values: [String: String] = [:]
    /// The values at the end of each stage, by name and by number.
    private var stages: [String: [String: String]] = [:]
    private var stageName: [String] = []
    private var stageCount = 0

    init(file: Dockerfile, arguments: [String: String], contexts: Set<String>) {
        self.file = file
        self.arguments = arguments
        self.contexts = contexts
    }

    mutating func run(_ instruction: Dockerfile.Instruction) {
        switch instruction.name {
        case "FROM": from(instruction)
        case "ARG": argument(instruction)
        case "ENV": environment(instruction)
        case "COPY", "ADD": copy(instruction)
        case "RUN": mounts(instruction)
        case "ONBUILD":
            guard let inner = Dockerfile.instruction(instruction.text[...], line: instruction.line) else { return }
            if ["COPY", "ADD", "RUN"].contains(inner.name) { build.hasTriggers = true }
        default: break
        }
    }

    private func expand(_ text: some StringProtocol) -> String {
        DockerVariables.expand(text, escape: file.escape) { values[$0] }
    }

    // MARK: Stages and values

    private mutating func from(_ instruction: Dockerfile.Instruction) {
        for name in stageName { stages[name] = values }
        if stageCount == 0 { global = values }
        values = global
        let words = instruction.text.split(whereSeparator: Dockerfile.isBlank)
        guard let first = words.first else { return }
        let reference = expand(first)
        let base = reference.lowercased()
        if contexts.contains(base) {
            build.named[base, default: []].append(DockerBuild.Source(path: "", line: instruction.line))
            values = [:]
        } else if let inherited = stages[base], !base.allSatisfy(\.isNumber) {
            values = inherited
        } else {
            if base != "scratch" { build.images.append(.init(reference: reference, line: instruction.line)) }
            values = [:]
        }
        stageName = ["\(stageCount)"]
        if words.count >= 3, words[1].lowercased() == "as" { stageName.append(words[2].lowercased()) }
        stageCount += 1
        // A stage may be named before it ends.
        for name in stageName { stages[name] = values }
    }

    private mutating func argument(_ instruction: Dockerfile.Instruction) {
        for word in DockerVariables.words(instruction.text, escape: file.escape) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if let given = arguments[name] {
                values[name] = given
            } else if parts.count > 1 {
                values[name] = expand(parts[1])
            } else if stageCount > 0 {
                values[name] = global[name] ?? values[name]
            }
        }
    }

    private mutating func environment(_ instruction: Dockerfile.Instruction) {
        let words = DockerVariables.words(instruction.text, escape: file.escape)
        guard let first = words.first else { return }
        guard first.contains("=") else {
            // The old form: one name, and all the rest is its value.
            let value = instruction.text.drop { !Dockerfile.isBlank($0) }.drop(while: Dockerfile.isBlank)
            values[first] = expand(value)
            return
        }
        // All of one instruction see the values before it.
        var added: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count > 1 { added[String(parts[0])] = expand(parts[1]) }
        }
        values.merge(added) { $1 }
    }

    // MARK: What is read

    private mutating func copy(_ instruction: Dockerfile.Instruction) {
        let words = instruction.list ?? instruction.text.split(whereSeparator: Dockerfile.isBlank).map(String.init)
        let origin = instruction.flags.last { $0.name == "from" }?.value
        for word in words.dropLast() where DockerfileLines.heredoc(word[...]) == nil {
            let path = expand(word)
            if instruction.name == "ADD", Evaluation.isRemote(path) { continue }
            read(path, from: origin, line: instruction.line)
        }
    }

    private mutating func mounts(_ instruction: Dockerfile.Instruction) {
        for flag in instruction.flags where flag.name == "mount" {
            var fields: [String: String] = [:]
            for field in flag.value.split(separator: ",") {
                let parts = field.split(separator: "=", maxSplits: 1)
                fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1]) : ""
            }
            guard fields["type"] == nil || fields["type"] == "bind" else { continue }
            let path = fields["source"] ?? fields["src"] ?? ""
            read(expand(path), from: fields["from"], line: instruction.line)
        }
    }

    private mutating func read(_ path: String, from origin: String?, line: Int) {
        let source = DockerBuild.Source(path: path, line: line)
        guard let origin = origin.map({ expand($0) }), !origin.isEmpty else {
            build.sources.append(source)
            return
        }
        let name = origin.lowercased()
        if contexts.contains(name) {
            build.named[name, default: []].append(source)
        } else if stages[name] == nil {
            build.images.append(DockerBuild.Image(reference: origin, line: line))
        }
    }

    private static func isRemote(_ path: String) -> Bool {
        let lowered = path.lowercased()
        return lowered.contains("://") || lowered.hasPrefix("git@")
    }
}
