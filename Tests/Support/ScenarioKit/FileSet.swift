package import GitObjects

/// One file of a version, as git records it.
package struct ScenarioFile: Hashable, Sendable {
    package var mode: FileMode
    package var bytes: [UInt8]

    package init(_ mode: FileMode, _ bytes: [UInt8]) {
        self.mode = mode
        self.bytes = bytes
    }
}

/// All files of one version, by path.
package typealias FileSet = [RepoPath: ScenarioFile]

extension FileSet {
    /// The version as a tree in `objects`, with the ids git would give.
    package func tree(in objects: ObjectStore) throws -> SourceTree {
        let edits = mapValues { TreeEdit.set($0.mode, objects.add(blob: $0.bytes)) }
        return try SourceTree(objects: objects, root: ObjectStore.emptyTreeID).edited(edits)
    }

    /// The files at or below `path`.
    package func paths(within path: RepoPath) -> [RepoPath] { keys.filter { $0.isWithin(path) }.sorted() }
}
