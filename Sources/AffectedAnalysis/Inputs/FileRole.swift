internal import GitObjects
package import WorkspaceModel

/// Which tasks an unowned file reaches, by the file's name. The tables are those of the design's section on ownership.
package enum FileRole: Sendable, Hashable {
    /// Every task of every project below the file's directory.
    case general
    /// Tasks that lint, format or spell.
    case lint
    /// Tasks that test.
    case test
    /// Tasks that make or run containers, and tests, which may run what a compose file starts.
    case container
    /// Every task of the projects of one ecosystem.
    case toolchain(Ecosystem)
    /// Nothing: no build reads it.
    case ignored

    /// The family of package managers a toolchain file speaks to.
    package enum Ecosystem: String, Sendable, Hashable, CaseIterable {
        case javaScript, cargo, go, python, maven, gradle, swift, dotnet
        /// Whatever runs on Java.
        case jvm
        case other

        package func includes(_ manager: PackageManager) -> Bool {
            switch self {
            case .javaScript: manager.isJavaScript
            case .cargo: manager == .cargo
            case .go: manager == .go
            case .python: manager == .python
            case .maven: manager == .maven
            case .gradle: manager == .gradle
            case .jvm: manager == .maven || manager == .gradle
            case .swift: manager == .swiftpm
            case .dotnet: manager == .dotnet
            case .other: false
            }
        }
    }

    /// The role of an unowned file called `name`.
    static func of(_ name: some Collection<UInt8>) -> FileRole {
        let name = String(decoding: name, as: UTF8.self)
        if let ecosystem = toolchainFiles[name] { return .toolchain(ecosystem) }
        if isIgnoredName(name) || unownedIgnored.contains(name) { return .ignored }
        let lowered = name.lowercased()
        if solutionViews.contains(where: lowered.hasSuffix) { return .ignored }
        if lowered.hasSuffix(".md") || lowered.hasSuffix(".markdown") { return .ignored }
        if isLegalText(lowered) { return .ignored }
        if lintNames.contains(name) || lintPrefixes.contains(where: name.hasPrefix) { return .lint }
        if testNames.contains(name) || testPrefixes.contains(where: name.hasPrefix) { return .test }
        if isForContainers(name) { return .container }
        return .general
    }

    /// `LICENSE`, `LICENSE.md`, `LICENSE-MIT`, `COPYING.txt`; not `licenses.json` or `notice-board.config.js`.
    private static func isLegalText(_ lowered: String) -> Bool {
        guard let word = ["license", "licence", "copying", "notice"].first(where: lowered.hasPrefix) else {
            return false
        }
        let parts = lowered.dropFirst(word.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let variant = parts.first else { return true }
        guard variant.isEmpty || variant.hasPrefix("-") else { return false }
        return parts.count == 1 || (parts.count == 2 && ["md", "txt", "rst", "html"].contains(parts[1]))
    }

    /// Dockerfiles, what they leave out, and compose files.
    private static func isForContainers(_ name: String) -> Bool {
        if ["Dockerfile", "dockerfile", "Containerfile", ".dockerignore"].contains(name) { return true }
        if ["Dockerfile.", "Containerfile.", "docker-bake."].contains(where: name.hasPrefix) { return true }
        if [".Dockerfile", ".dockerfile", ".dockerignore"].contains(where: name.hasSuffix) { return true }
        return ["compose.", "docker-compose."].contains(where: name.hasPrefix)
            && [".yml", ".yaml"].contains(where: name.hasSuffix)
    }

    /// Whether a file or directory is for continuous integration, bots or an editor. Ignored inside projects too.
    static func isIgnoredName(_ name: some StringProtocol) -> Bool {
        ciAndEditor.contains(String(name)) || name.hasPrefix("renovate.json") || name.hasPrefix(".renovaterc")
            || (name.hasPrefix("azure-pipelines") && (name.hasSuffix(".yml") || name.hasSuffix(".yaml")))
    }

    /// Whether no build reads what lies in a directory of this name.
    static func isIgnoredDirectory(_ name: some Collection<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self)
        return isIgnoredName(name) || unownedIgnored.contains(name)
    }

    /// Directories at the root that reach one ecosystem wherever its projects lie.
    static let ecosystemDirectories: [(name: StaticString, ecosystem: Ecosystem)] = [
        (".cargo", .cargo), (".mvn", .maven), ("gradle", .gradle), ("buildSrc", .gradle), ("patches", .javaScript),
    ]

    private static let ciAndEditor: Set<String> = [
        ".github", ".gitlab-ci.yml", ".gitlab", ".circleci", ".buildkite", ".cirrus.yml", ".travis.yml", "Jenkinsfile",
        "dependabot.yml", "netlify.toml", ".mergify.yml", ".vscode", ".idea", ".zed", ".mcp.json",
    ]

    private static let unownedIgnored: Set<String> = [
        ".gitignore", ".gitattributes", ".gitmodules", ".git-blame-ignore-revs", ".mailmap", "CODEOWNERS", ".changeset",
    ]

    /// What editors keep beside a solution.
    private static let solutionViews = [".slnf", ".sln.dotsettings", ".slnlaunch"]

    private static let toolchainFiles: [String: Ecosystem] = [
        ".nvmrc": .javaScript, ".node-version": .javaScript, "rust-toolchain": .cargo, "rust-toolchain.toml": .cargo,
        ".swift-version": .swift, ".python-version": .python, ".go-version": .go, ".java-version": .jvm,
        "global.json": .dotnet, "nuget.config": .dotnet, "NuGet.config": .dotnet, "NuGet.Config": .dotnet,
        "gradlew": .gradle, "gradlew.bat": .gradle, "gradle.properties": .gradle,
    ]

    private static let lintPrefixes = [
        ".eslintrc", "eslint.config.", ".prettierrc", "prettier.config.", "biome.json", ".stylelintrc", ".oxlintrc",
        ".oxfmtrc", "knip.", ".golangci.", "cspell", ".markdownlint",
    ]

    private static let lintNames: Set<String> = [
        ".eslintignore", ".prettierignore", ".flowconfig", "rustfmt.toml", ".rustfmt.toml", "clippy.toml",
        ".clippy.toml",
        "deny.toml", ".swiftlint.yml", ".swift-format", ".editorconfig", ".typos.toml", "_typos.toml", "spellcheck.dic",
        "spellcheck.toml",
    ]

    private static let testPrefixes = ["jest.config.", "vitest.config.", ".mocharc", "playwright.config."]

    private static let testNames: Set<String> = ["nextest.toml", "pytest.ini", "codecov.yml", ".codecov.yml"]
}

/// What a task is for, judged by its name and command; decides which configuration files reach it.
struct TaskPurpose: Hashable {
    let lints: Bool
    let tests: Bool
    let containers: Bool

    init(name: String, command: String) {
        let words = name.lowercased().split { !$0.isLetter }
        // Compiling is no linting, though cargo calls it a check.
        let compiles = command.drop { $0 == " " }.hasPrefix("cargo check")
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
