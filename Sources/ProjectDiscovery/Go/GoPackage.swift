internal import GitObjects
internal import WorkspaceModel

/// A directory with .go files.
struct GoPackage {
    /// An import and where it stands.
    struct Import {
        var path: String
        var evidence: Evidence
    }

    let directory: RepoPath
    /// What its files import, all build constraints taken as met.
    var imports: [Import] = []
    /// What its tests import besides.
    var testImports: [Import] = []
    /// Set when the package is a program: one of its files.
    var mainFile: RepoPath?
    /// The files and directories that make up the package for whoever imports it; of directories everything counts.
    var inputs: [RepoPath] = []
    /// True when its C or assembly code may include files from elsewhere in the module.
    var includesElsewhere = false
    /// What `//go:embed` names, in tests too.
    var embedded: [RepoPath] = []

    /// The package in `directory`; `nil` when it holds no .go file.
    init?(directory: RepoPath, contents: Tree, objects: ObjectStore, cache: ParsedGoCache) throws(GitError) {
        self.directory = directory
        var testEmbedded: [RepoPath] = []
        var isPackage = false, mains: [RepoPath] = [], hasOther = false, usesCgo = false
        for entry in contents.entries where entry.mode != .directory && entry.mode != .submodule {
            let name = contents.name(of: entry)
            let first = name.first
            guard first != UInt8(ascii: "_"), first != UInt8(ascii: "."), GoPackage.isSource(name) else { continue }
            let path = directory.appending(name)
            guard GoPackage.ends(name, ".go") else {
                inputs.append(path)
                if entry.mode.isFile, try cache.climbs(entry.id, isGo: false, in: objects) {
                    includesElsewhere = true
                }
                continue
            }
            isPackage = true
            // A link is no source file for Go, but what it points to may become one.
            let source = entry.mode.isFile ? try cache.source(entry.id, in: objects) : GoSource(scanning: [])
            let found = source.imports.map { Import(path: $0.path, evidence: Evidence(path: path, line: $0.line)) }
            if GoPackage.ends(name, "_test.go") {
                testImports += found
                for pattern in source.embeds { testEmbedded += GoPackage.embedded(pattern, directory, contents) }
                continue
            }
            inputs.append(path)
            imports += found
            if source.usesCgo {
                usesCgo = true
                if try cache.climbs(entry.id, isGo: true, in: objects) { includesElsewhere = true }
            }
            for pattern in source.embeds { embedded += GoPackage.embedded(pattern, directory, contents) }
            if source.isIgnored { continue }
            if source.package == "main" {
                mains.append(path)
            } else if !source.isConstrained, !source.package.isEmpty {
                hasOther = true
            }
        }
        guard isPackage else { return nil }
        if !hasOther { mainFile = mains.first }
        // C files may include anything that lies beside them.
        inputs = usesCgo ? [directory] : Array(Set(inputs + embedded)).sorted()
        embedded += testEmbedded
    }

    /// The files that Go and the tools it calls compile.
    private static func isSource(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return suffixes.contains(String(decoding: name[dot...], as: UTF8.self))
    }

    private static let suffixes: Set<String> = [
        ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90", ".s", ".S",
        ".sx", ".swig", ".swigcxx", ".syso",
    ]

    private static func ends(_ name: some BidirectionalCollection<UInt8>, _ suffix: StaticString) -> Bool {
        suffix.withUTF8Buffer { name.count >= $0.count && name.suffix($0.count).elementsEqual($0) }
    }

    /// What a pattern of `//go:embed` may select: the directory before its first wildcard, or the entries that match it.
    private static func embedded(_ pattern: String, _ directory: RepoPath, _ contents: Tree) -> [RepoPath] {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: true)
        guard let wild = parts.firstIndex(where: { part in part.contains { "*?[\\".contains($0) } }) else {
            return directory.resolving(pattern).map { [$0] } ?? []
        }
        if wild > 0 { return directory.resolving(parts[..<wild].joined(separator: "/")).map { [$0] } ?? [] }
        let first = Array(parts[0].utf8)
        if first.contains(UInt8(ascii: "[")) || first.contains(UInt8(ascii: "\\")) { return [directory] }
        return contents.entries.map { contents.name(of: $0) }.filter { CargoGlob.matches(first[...], Array($0)[...]) }
            .map { directory.appending($0) }
    }
}
