/// What a task is for, judged by its name and command; decides which configuration files reach it.
struct TaskPurpose: Hashable {
    let lints: Bool
    let tests: Bool
    let containers: Bool
    /// Whether it may compile or check the code of tests: it checks types, or runs a compiler on what that finds by itself.
    let checksTypes: Bool

    init(name: String, command: String) {
        let words = name.lowercased().split { !$0.isLetter }
        // Compiling is no linting, though cargo calls it a check.
        let compiles = command.drop { $0 == " " }.hasPrefix("cargo check")
        checksTypes =
            words.contains { $0.hasPrefix("type") || $0 == "tsc" || $0 == "check" }
            || (command.contains("tsc") && !command.contains("tsconfig."))
        let command = Array(command.utf8)
        lints =
            words.contains { TaskPurpose.lintWords.contains(String($0)) && !(compiles && $0 == "check") }
            || TaskPurpose.lintTools.contains { TaskPurpose.occurs($0, in: command) }
        containers =
            words.contains { TaskPurpose.containerWords.contains(String($0)) }
            || TaskPurpose.containerTools.contains { TaskPurpose.occurs($0, in: command) }
        tests =
            words.contains { $0.hasPrefix("test") || TaskPurpose.testWords.contains(String($0)) }
            || TaskPurpose.testTools.contains { TaskPurpose.occurs($0, in: command) }
    }

    private static func occurs(_ word: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return false }
        for start in 0...(text.count - word.count) where text[start] == first {
            if text[start..<start + word.count].elementsEqual(word) { return true }
        }
        return false
    }

    private static let lintWords: Set<String> = ["lint", "format", "fmt", "style", "spell", "check", "clippy"]
    private static let lintTools = [
        "eslint", "prettier", "biome", "stylelint", "oxlint", "oxfmt", "knip", "clippy", "rustfmt", "cargo fmt",
        "golangci",
        "swiftlint", "swift-format", "swift format", "typos", "cspell", "markdownlint",
    ].map { Array($0.utf8) }
    private static let containerWords: Set<String> = [
        "docker", "image", "images", "container", "containers", "compose",
    ]
    private static let containerTools = [
        "docker", "podman", "buildah", "nerdctl", "kaniko", "compose", "skaffold", "tilt", "testcontainers",
    ]
    .map { Array($0.utf8) }
    private static let testWords: Set<String> = ["bench", "coverage", "e2e", "spec"]
    private static let testTools = [
        "jest", "vitest", "mocha", "playwright", "cargo test", "nextest", "pytest", "go vet",
    ]
    .map { Array($0.utf8) }
}

/// Remembers the purposes of tasks: a workspace has many tasks and few names and commands.
final class TaskPurposes {
    private struct Key: Hashable {
        let name: String
        let command: String
    }

    private var known: [Key: TaskPurpose] = [:]

    func purpose(name: String, command: String) -> TaskPurpose {
        let key = Key(name: name, command: command)
        if let purpose = known[key] { return purpose }
        let purpose = TaskPurpose(name: name, command: command)
        known[key] = purpose
        return purpose
    }
}
