package import GitObjects

/// Which tasks a file reaches that no project owns, by the file's name.
package enum FileRole: Sendable, Hashable {
    /// Every task of every project below the file's directory.
    case general
    /// Tasks that lint, format or spell.
    case lint
    /// Tasks that test.
    case test
    /// Tasks that test, and those that check types, of tests too.
    case testCode
    /// Tasks that make or run containers, and tests, which may run what a compose file starts.
    case container
    /// Every task of the projects of one ecosystem.
    case toolchain(Ecosystem)
    /// The tests of the projects of one ecosystem.
    case testTool(Ecosystem)
    /// Nothing: no build reads it.
    case ignored

    /// The role of an unowned file called `name`.
    package static func of(_ name: some Collection<UInt8>) -> FileRole {
        let name = String(decoding: name, as: UTF8.self)
        if name == "nextest.toml" { return .testTool(.cargo) }
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

    /// The role of the unowned file at `path`, and the directory whose projects below it reaches; `nil` for the root, which
    /// is no file.
    package static func reach(of path: RepoPath) -> (role: FileRole, directory: RepoPath)? {
        guard let parent = path.parent else { return nil }
        if parent.lastComponent.elementsEqual(settingsDirectory.utf8),
            let role = settings.first(where: { path.lastComponent.elementsEqual($0.name.utf8) })?.role
        {
            return (role, parent.parent ?? .root)
        }
        return (of(path.lastComponent), parent)
    }

    /// A directory whose files speak for the directory around it.
    package static let settingsDirectory = ".config"

    /// The files that tools look for there: https://nexte.st/docs/configuration
    package static let settings: [(name: String, role: FileRole)] = [("nextest.toml", .testTool(.cargo))]

    /// Whether the file counts for its ecosystem also where the project around it owns it, such as the root package of a
    /// Cargo workspace.
    package var reachesPastOwner: Bool {
        switch self {
        case .toolchain, .testTool: true
        case .general, .lint, .test, .testCode, .container, .ignored: false
        }
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
    package static func isIgnoredName(_ name: some StringProtocol) -> Bool {
        ciAndEditor.contains(String(name)) || name.hasPrefix("renovate.json") || name.hasPrefix(".renovaterc")
            || (name.hasPrefix("azure-pipelines") && (name.hasSuffix(".yml") || name.hasSuffix(".yaml")))
    }

    /// Whether no build reads what lies in a directory of this name.
    package static func isIgnoredDirectory(_ name: some Collection<UInt8>) -> Bool {
        let name = String(decoding: name, as: UTF8.self)
        return isIgnoredName(name) || unownedIgnored.contains(name)
    }

    /// Directories at the root that reach one ecosystem wherever its projects lie.
    package static let ecosystemDirectories: [(name: StaticString, ecosystem: Ecosystem)] = [
        (".cargo", .cargo), (".mvn", .maven), ("gradle", .gradle), ("buildSrc", .gradle),
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
        ".nvmrc": .javaScript, ".node-version": .javaScript, ".bun-version": .javaScript, "rust-toolchain": .cargo,
        "rust-toolchain.toml": .cargo, ".swift-version": .swift, ".python-version": .python, ".go-version": .go,
        ".java-version": .jvm, ".sdkmanrc": .jvm, "global.json": .dotnet, "nuget.config": .dotnet,
        "NuGet.config": .dotnet, "NuGet.Config": .dotnet, "gradlew": .gradle, "gradlew.bat": .gradle,
        "gradle.properties": .gradle, "mvnw": .maven, "mvnw.cmd": .maven, ".terraform-version": .terraform,
        ".opentofu-version": .terraform, ".ruby-version": .other,
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

    private static let testNames: Set<String> = ["pytest.ini", "codecov.yml", ".codecov.yml"]
}
