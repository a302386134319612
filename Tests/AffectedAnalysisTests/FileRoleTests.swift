import AffectedAnalysis
import ChangeDetection
import GitObjects
import Testing
import WorkspaceModel

/// The list of the design, name by name.
@Suite("Roles of files by name")
struct FileRoleTests {
    static let lint = [
        ".eslintrc", ".eslintrc.json", ".eslintrc.cjs", "eslint.config.js", "eslint.config.mts", ".eslintignore",
        ".prettierrc", ".prettierrc.yaml", "prettier.config.js", ".prettierignore", "biome.json", "biome.jsonc",
        ".stylelintrc", ".stylelintrc.json", ".oxlintrc.json", "knip.json", "knip.ts", ".flowconfig", "rustfmt.toml",
        ".rustfmt.toml", "clippy.toml", ".clippy.toml", "deny.toml", ".golangci.yml", ".golangci.toml",
        ".swiftlint.yml", ".swift-format", ".editorconfig", ".typos.toml", "_typos.toml", "cspell.json",
        "cspell.config.yaml", "spellcheck.dic", ".markdownlint.json", ".markdownlint-cli2.yaml",
    ]
    static let test = [
        "jest.config.js", "jest.config.ts", "vitest.config.ts", ".mocharc.json", ".mocharc.yml",
        "playwright.config.ts", "pytest.ini", "codecov.yml",
    ]
    static let ignored = [
        ".github/workflows/ci.yml", ".gitlab-ci.yml", ".gitlab/x.yml", ".circleci/config.yml", ".buildkite/x.yml",
        ".cirrus.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml", "azure-pipelines-release.yml",
        "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", "dependabot.yml", "netlify.toml",
        ".mergify.yml", ".vscode/settings.json", ".idea/x.xml", ".zed/settings.json", ".mcp.json",
    ]
    static let ignoredAbove = [
        ".gitignore", ".gitattributes", ".gitmodules", ".git-blame-ignore-revs", ".mailmap", "CODEOWNERS",
        ".changeset/x.md", "README.md", "docs/x.md", "LICENSE", "LICENSE-MIT", "COPYING",
    ]
    static let toolchains: [(String, [String])] = [
        (".nvmrc", ["js"]), (".node-version", ["js"]), ("rust-toolchain", ["rs"]), ("rust-toolchain.toml", ["rs"]),
        (".swift-version", []), (".python-version", ["py"]), (".go-version", ["go"]), (".java-version", ["mvn"]),
        (".sdkmanrc", ["mvn"]), ("global.json", []), (".terraform-version", []), (".cargo/config.toml", ["rs"]),
        (".mvn/maven.config", ["mvn"]), ("gradle/x", []), ("buildSrc/x", []), ("patches/x.patch", []),
        (".yarn/patches/x.patch", []),
    ]

    /// One project of several ecosystems; `js` has a task of each purpose.
    private static let files: Files = [
        "package.json": #"{"private": true, "workspaces": ["js"]}"#,
        "js/package.json": #"{"name": "js", "scripts": {"build": "x", "lint": "y", "test": "z"}}"#, "js/index.js": "1",
        "Cargo.toml": "[workspace]\nmembers = [\"rs\"]\n",
        "rs/Cargo.toml": "[package]\nname = \"rs\"\nversion = \"0.1.0\"\nedition = \"2021\"\n", "rs/src/lib.rs": "\n",
        "go/go.mod": "module go\n\ngo 1.22\n", "go/x.go": "package x\n",
        "py/pyproject.toml": "[project]\nname = \"py\"\nversion = \"1\"\n", "py/x.py": "1",
        "mvn/pom.xml":
            "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>mvn</artifactId><version>1</version></project>",
    ]

    private func affected(_ path: String) throws -> (tasks: Set<String>, projects: [String]) {
        var before = FileRoleTests.files, after = FileRoleTests.files
        before[path] = "{}"
        after[path] = "{ }"
        let pair = try Pair(before, after)
        let slow = try pair.slow()
        #expect(try pair.fast() ?? slow == slow, "\(path)")
        return (slow.tasks, slow.projects.map(\.id))
    }

    @Test("lint, format and spelling configuration at the root reaches lint tasks", arguments: lint)
    func lints(_ name: String) throws {
        let found = try affected(name).tasks
        #expect(found.contains("js#lint") && !found.contains("js#build") && !found.contains("js#test"), "\(found)")
    }

    @Test("test configuration at the root reaches test tasks", arguments: test)
    func tests(_ name: String) throws {
        let found = try affected(name).tasks
        #expect(found.contains("js#test") && !found.contains("js#build") && !found.contains("js#lint"), "\(found)")
    }

    @Test("configuration in a project is one of its files", arguments: lint + test)
    func inside(_ name: String) throws {
        #expect(try affected("js/\(name)").tasks == ["js#build", "js#lint", "js#test"])
    }

    @Test("files of CI and editors reach nobody, in projects too", arguments: ignored)
    func ignores(_ name: String) throws {
        #expect(try affected(name).projects.isEmpty)
        #expect(try affected("js/\(name)").projects.isEmpty)
    }

    @Test("files of git and texts for people reach nobody where no project owns them", arguments: ignoredAbove)
    func ignoresAbove(_ name: String) throws {
        #expect(try affected(name).projects.isEmpty)
        #expect(try affected("js/\(name)").projects == ["js"])
    }

    @Test("toolchain files and directories reach their ecosystem", arguments: toolchains)
    func toolchain(_ name: String, _ projects: [String]) throws {
        #expect(try affected(name).projects.sorted() == projects.sorted())
    }

    @Test("nextest's configuration reaches the tests of crates", arguments: ["nextest.toml", ".config/nextest.toml"])
    func nextest(_ name: String) throws {
        #expect(try affected(name).tasks == ["rs#test"])
        // Also where the root is a package that owns the file.
        var before = FileRoleTests.files
        before["Cargo.toml"] = "[workspace]\nmembers = [\"rs\"]\n[package]\nname = \"top\"\nversion = \"0.1.0\"\n"
        before["src/lib.rs"] = "\n"
        before[name] = "1"
        var after = before
        after[name] = "2"
        let pair = try Pair(before, after)
        #expect(try pair.slow().tasks.contains("rs#test"))
        #expect(try pair.fast() ?? pair.slow() == pair.slow())
    }
}
