internal import GitObjects

/// The imports of source files and the configurations of tools by blob id, so that both sides of a comparison read each
/// file once.
///
/// Belongs to one thread.
package final class ParsedNxCache {
    private struct Key: Hashable {
        let id: ObjectID
        let dialect: JavaScriptImports.Dialect?
    }

    private var imports: [Key: [JavaScriptImports.Import]] = [:]
    private var configurations: [Key: NxConfigurationText] = [:]
    /// How many files were read, for tests and benchmarks.
    package private(set) var scanned = 0

    package init() {}

    /// What the file names, each module once, without what the program computes.
    func imports(
        of id: ObjectID, _ dialect: JavaScriptImports.Dialect, in objects: ObjectStore
    ) throws(GitError) -> [JavaScriptImports.Import] {
        let key = Key(id: id, dialect: dialect)
        if let known = imports[key] { return known }
        scanned += 1
        var seen: Set<[String]> = []
        let found = JavaScriptImports.scan(try objects.blob(id), as: dialect).imports.filter { entry in
            entry.specifier.map { seen.insert([$0, entry.kind == .referencePath ? "path" : ""]).inserted } ?? false
        }
        imports[key] = found
        return found
    }

    /// The configuration of a tool, as far as it can be read.
    func configuration(
        of id: ObjectID, _ dialect: JavaScriptImports.Dialect?, in objects: ObjectStore
    ) throws(GitError) -> NxConfigurationText {
        let key = Key(id: id, dialect: dialect)
        if let known = configurations[key] { return known }
        let content = NxConfigurationText(try objects.blob(id), dialect: dialect)
        configurations[key] = content
        return content
    }
}
