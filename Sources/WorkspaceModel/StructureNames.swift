/// The names of the files that are read for structure, of every ecosystem: the one table behind the search for projects,
/// the comparison of two versions without keys, and lists of changed files.
package enum StructureNames {
    /// The files that make a directory a project, or the root of a workspace.
    package static func isManifest(_ name: some BidirectionalCollection<UInt8>) -> Bool { manifests.contains(name) }

    /// The files from which projects, edges and tasks are read: manifests and what configures them.
    package static func isDefinition(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        manifests.contains(name) || configurations.contains(name)
    }

    /// All that is read for structure: definitions, and the files that say what external dependencies resolve to.
    package static func isStructural(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        isDefinition(name) || lockfiles.contains(name)
    }

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
            "Dockerfile", "Containerfile",
            "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
        ],
        extensions: [
            "sln", "slnx", "csproj", "fsproj", "vbproj",
            "tf",
        ])

    private static let configurations = NameTable(
        names: [
            "package.yaml", "package.json5", "lerna.json", "turbo.json", "turbo.jsonc", ".yarnrc.yml",
            "nx.json", "rush.json", "lage.config.js",
            "gradle.properties", "libs.versions.toml",
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json",
        ],
        // Gradle's scripts apply others of any name.
        extensions: ["gradle", "kts"])

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

/// A set of file names and of extensions, asked about every file of many directories.
private struct NameTable {
    private let names: Set<String>
    private let extensions: Set<String>
    /// Whether a name may begin, or end, with a byte: most files are told apart by these.
    private var begins = [Bool](repeating: false, count: 256)
    private var ends = [Bool](repeating: false, count: 256)

    init(names: Set<String>, extensions: Set<String>) {
        self.names = names
        self.extensions = extensions
        for name in names { if let first = name.utf8.first { begins[Int(first)] = true } }
        for text in extensions { if let last = text.utf8.last { ends[Int(last)] = true } }
    }

    func contains(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = name.first, let last = name.last else { return false }
        if begins[Int(first)], names.contains(String(decoding: name, as: UTF8.self)) { return true }
        guard ends[Int(last)], let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return extensions.contains(String(decoding: name[name.index(after: dot)...], as: UTF8.self))
    }
}
