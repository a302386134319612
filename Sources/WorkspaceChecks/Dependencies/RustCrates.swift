internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// Finds external crates that Rust code uses and its manifest lacks, and those that it declares and no code names.
///
/// A path may begin with a module, with a name that a macro made or that another `use` brought. So only what `use` and
/// `extern crate` begin with is judged, in files that Cargo compiles, when nothing in the crate is called so.
struct RustCrates {
    private let workspace: Workspace
    private let facts: [ProjectIndex: CrateFacts]
    /// What all crates of the workspace are called in code.
    private let libraries: Set<String>
    /// For each crate, the names of modules and of what `use` binds in any of its files.
    private var local: [ProjectIndex: Set<String>] = [:]
    /// For each crate, every name that may be one of a crate, wherever it stands.
    private var named: [ProjectIndex: Set<String>] = [:]
    private var undeclared: [ProjectIndex: [String: [Evidence]]] = [:]

    /// One finding for each crate and name.
    static func findings(
        _ files: [ScannedFile], _ facts: [ProjectIndex: CrateFacts], _ workspace: Workspace, in tree: SourceTree
    ) throws(GitError) -> [Finding] {
        var crates = RustCrates(workspace, facts)
        for file in files {
            crates.local[file.project, default: []].formUnion(file.names.bound.union(file.names.modules.keys))
            crates.named[file.project, default: []].formUnion(file.imports.lazy.map(\.name))
        }
        for file in files where !file.names.bringsUnknownNames && crates.isCompiled(file) {
            for entry in file.names.imported { crates.add(entry, of: file) }
        }
        return try crates.undeclaredFindings() + crates.unusedFindings(tree)
    }

    private init(_ workspace: Workspace, _ facts: [ProjectIndex: CrateFacts]) {
        self.workspace = workspace
        self.facts = facts
        libraries = Set(facts.values.map(\.libraryName))
    }

    /// Whether Cargo finds the file by itself: elsewhere lie samples, and tests of what must not compile.
    private func isCompiled(_ file: ScannedFile) -> Bool {
        guard let parts = file.path.relative(to: workspace[file.project].path)?.components, let first = parts.first
        else { return false }
        if first.elementsEqual("src".utf8) { return true }
        if parts.count == 1 { return first.elementsEqual("build.rs".utf8) }
        return parts.count == 2 && ["tests", "examples", "benches"].contains { first.elementsEqual($0.utf8) }
    }

    private mutating func add(_ entry: SourceImport, of file: ScannedFile) {
        let name = entry.name
        guard let own = facts[file.project], own.dependencies[name] == nil, name != own.libraryName,
            !libraries.contains(name), local[file.project]?.contains(name) != true,
            !RustCrates.isBuiltIn(name), !own.dependencies.keys.contains(where: { RustCrates.mayProvide($0, name) })
        else { return }
        undeclared[file.project, default: [:]][name, default: []].append(Evidence(path: file.path, line: entry.line))
    }

    /// Whether the library of a package may have the name: `rust-ini` is `ini` in code, `md-5` is `md5`, `Inflector` is
    /// `inflector`.
    private static func mayProvide(_ package: String, _ name: String) -> Bool {
        let package = package.lowercased().replacing("_", with: ""), name = name.replacing("_", with: "")
        return package.contains(name) || name.contains(package)
    }

    /// What comes with the compiler: its own crates and types; and names that no crate has.
    private static func isBuiltIn(_ name: String) -> Bool {
        if builtIn.contains(name) || name.hasPrefix("rustc_") || name.hasPrefix("_") { return true }
        return name.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 >= 0x80 }
    }

    private static let builtIn: Set<String> = [
        "std", "core", "alloc", "proc_macro", "test", "panic_unwind", "panic_abort", "unwind", "compiler_builtins",
        "profiler_builtins", "std_detect", "portable_simd", "stdarch", "bool", "char", "str", "u8", "u16", "u32", "u64",
        "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f16", "f32", "f64", "f128", "macro", "r",
    ]

    private func undeclaredFindings() -> [Finding] {
        undeclared.flatMap { project, names in
            names.map { name, evidence in
                let id = workspace[project].id
                let manifest = workspace[project].path.appending(SourceLanguage.rust.manifest)
                return Finding(
                    .undeclaredDependency, .warning, project: id, target: name, evidence: evidence.inOrder,
                    "\(id) uses the crate '\(name)', which its Cargo.toml does not declare",
                    advice: "run 'cargo add \(name)' in \(manifest.parent ?? .root)")
            }
        }
    }

    /// As cargo-machete and cargo-udeps, without what a build script may use. The name anywhere in a file is a use, since
    /// what derives and macros make may need the crate.
    private func unusedFindings(_ tree: SourceTree) throws(GitError) -> [Finding] {
        let search = MentionSearch(tree: tree, workspace: workspace, extensions: ["rs"])
        var findings: [Finding] = []
        for (project, own) in facts where !own.mayGenerateCode {
            guard let named = named[project] else { continue }
            let id = workspace[project].id
            let manifest = workspace[project].path.appending(SourceLanguage.rust.manifest)
            for (name, line) in own.plainDependencies where !named.contains(name) {
                let package = own.dependencies[name] ?? name
                if libraries.contains(CrateFacts.identifier(package)) { continue }
                if try search.finds([name], in: project) { continue }
                findings.append(
                    Finding(
                        .unusedDependency, .note, project: id, target: package,
                        evidence: [Evidence(path: manifest, line: line)],
                        "\(id) declares the crate '\(package)', and none of its files names it",
                        advice: "remove it if nothing needs it"))
            }
        }
        return findings
    }
}
