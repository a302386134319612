package import GitObjects

/// The names of the files that are read for structure, of every ecosystem: the one table behind the search for projects,
/// the comparison of two versions without keys, and lists of changed files.
package enum StructureNames {
    /// The files that make a directory a project, or the root of a workspace.
    package static func isManifest(_ name: some BidirectionalCollection<UInt8>) -> Bool { manifests.contains(name) }

    /// The files from which projects, edges and tasks are read: manifests and what configures them.
    package static func isDefinition(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        manifests.contains(name) || configurations.contains(name) || isVersionSpecificSwiftManifest(name)
    }

    /// Whether the name is `Package@swift-5.9.swift` or alike: what SwiftPM reads in place of Package.swift when its own
    /// version is at least that.
    package static func isVersionSpecificSwiftManifest(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        name.starts(with: "Package@swift-".utf8) && name.reversed().starts(with: ".swift".utf8.reversed())
    }

    /// Whether the file at `path` is such a definition, by its name or because all files of its directory are.
    package static func isDefinition(at path: RepoPath) -> Bool {
        isDefinition(path.lastComponent) || path.isWithin(toolDirectory)
    }

    /// Whether the file at `path` is read for structure, by its name or because all files of its directory are.
    package static func isStructural(at path: RepoPath) -> Bool {
        isStructural(path.lastComponent) || path.isWithin(toolDirectory) || isToolVersionFile(at: path)
    }

    /// Whether the file at `path` pins versions of tools, line by line.
    package static func isToolVersionFile(at path: RepoPath) -> Bool {
        toolVersionFiles.contains { file in
            path.bytes.count == file.bytes.count
                ? path == file
                : path.bytes.count > file.bytes.count && path.bytes.suffix(file.bytes.count).elementsEqual(file.bytes)
                    && path.bytes[path.bytes.count - file.bytes.count - 1] == UInt8(ascii: "/")
        }
    }

    /// Where asdf and mise look for versions, from any directory above the one they are used in:
    /// https://asdf-vm.com/manage/configuration.html and https://mise.jdx.dev/configuration.html
    package static let toolVersionFiles: [RepoPath] = [
        ".tool-versions", "mise.toml", ".mise.toml", ".config/mise.toml", "mise/config.toml", ".mise/config.toml",
        ".config/mise/config.toml", "mise.lock", ".config/mise.lock",
    ]

    /// Holds moon's definitions under any name.
    private static let toolDirectory = RepoPath(".moon")

    /// All that is read for structure: definitions, and the files that say what external dependencies resolve to.
    package static func isStructural(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        isDefinition(name) || lockfiles.contains(name)
    }

    /// Whether imports are read from a file of this name, or how they are resolved (tsconfig.json and what it extends).
    package static func mayImport(_ name: some BidirectionalCollection<UInt8>) -> Bool { importing.contains(name) }

    /// Whether a file of this name configures a tool of JavaScript projects and may name further files: tsconfig.json,
    /// .eslintrc.cjs, jest.config.ts and alike.
    package static func isToolConfiguration(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard toolConfigurationEndings.contains(name) else { return false }
        let text = String(decoding: name, as: UTF8.self)
        if text.hasPrefix("tsconfig") || text.hasPrefix("jsconfig") { return text.hasSuffix(".json") }
        // `vite.config.ts`, `jest.config.e2e.js`, `karma.conf.js`.
        if text.contains(".config.") || text.contains(".conf.") { return true }
        if text.hasPrefix(".") { return rcPrefixes.contains(where: text.hasPrefix) }
        return codePrefixes.contains(where: text.hasPrefix)
    }

    private static let toolConfigurationEndings = NameTable(
        names: [
            ".eslintrc", ".babelrc", ".mocharc", ".stylelintrc", ".postcssrc", ".swcrc", ".nycrc", ".c8rc",
            ".prettierrc",
        ],
        extensions: ["json", "jsonc", "json5", "yaml", "yml", "js", "cjs", "mjs", "ts", "cts", "mts"])

    private static let rcPrefixes = [
        ".eslintrc", ".babelrc", ".mocharc", ".stylelintrc", ".postcssrc", ".swcrc", ".nycrc", ".c8rc", ".prettierrc",
    ]

    private static let codePrefixes = [
        "webpack.", "rollup.", "gulpfile.", "Gruntfile.", "vitest.workspace.", "api-extractor.", "typedoc.",
    ]

    private static let importing = NameTable(
        names: [],
        extensions: [
            "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro", "json", "nxignore",
        ])

    private static let manifests = NameTable(
        names: [
            "ripple.yaml",
            "package.json", "pnpm-workspace.yaml", "project.json", "moon.yml", "moon.yaml",
            "Cargo.toml",
            "go.mod", "go.work",
            "pyproject.toml",
            "pom.xml",
            "settings.gradle", "settings.gradle.kts", "build.gradle", "build.gradle.kts",
            "Package.swift",
            "Dockerfile", "Containerfile", "dockerfile",
            "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
            "terragrunt.hcl", "terragrunt.stack.hcl",
        ],
        extensions: [
            "sln", "slnx", "csproj", "fsproj", "vbproj",
            "Dockerfile", "dockerfile", "Containerfile",
            "tf", "tofu", "tf.json", "tofu.json",
        ],
        prefixes: ["Dockerfile.", "Containerfile.", "compose.", "docker-compose.", "docker-compose-", "docker-bake."])

    private static let configurations = NameTable(
        names: [
            "package.yaml", "package.json5", "lerna.json", "turbo.json", "turbo.jsonc", ".yarnrc.yml",
            "nx.json",
            "rush.json", "command-line.json", "subspaces.json", "pnpm-config.json", "rush-project.json", "rig.json",
            "lage.config.js", "lage.config.cjs", "lage.config.mjs", "lage.config.json",
            "moon.jsonc", "moon.json", "moon.toml", "moon.hcl", "moon.pkl", ".prototools",
            "gradle.properties", "libs.versions.toml",
            "global.json",
            // What it sets stands in compose files.
            ".env",
        ],
        // Gradle's scripts apply others of any name.
        extensions: ["props", "targets", "projitems", "shproj", "dockerignore", "gradle", "kts"])

    private static let lockfiles = NameTable(
        names: [
            "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb",
            "Cargo.lock",
            "go.sum", "go.work.sum",
            "uv.lock", "poetry.lock",
            "gradle.lockfile", "buildscript-gradle.lockfile", "verification-metadata.xml",
            "Package.resolved",
            "packages.lock.json",
            ".terraform.lock.hcl",
        ],
        extensions: [])
}

/// A set of file names, of extensions and of beginnings, asked about every file of many directories.
private struct NameTable {
    private let names: Set<String>
    private let extensions: Set<String>
    private let prefixes: [String]
    /// Whether a name may begin, or end, with a byte: most files are told apart by these.
    private var begins = [Bool](repeating: false, count: 256)
    private var ends = [Bool](repeating: false, count: 256)

    init(names: Set<String>, extensions: Set<String>, prefixes: [String] = []) {
        self.names = names
        self.extensions = extensions
        self.prefixes = prefixes
        for name in names.union(prefixes) { if let first = name.utf8.first { begins[Int(first)] = true } }
        for text in extensions { if let last = text.utf8.last { ends[Int(last)] = true } }
    }

    func contains(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = name.first, let last = name.last else { return false }
        if begins[Int(first)] {
            let text = String(decoding: name, as: UTF8.self)
            if names.contains(text) || prefixes.contains(where: text.hasPrefix) { return true }
        }
        guard ends[Int(last)] else { return false }
        // An extension may have a dot in it: `tf.json`.
        var rest = name[...]
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[rest.index(after: dot)...]
            if extensions.contains(String(decoding: rest, as: UTF8.self)) { return true }
        }
        return false
    }
}
