internal import GitObjects

/// The go.mod, go.work, go.sum and .go files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one. Belongs to one thread, like the object store whose blobs it reads.
package final class ParsedGoCache {
    private var manifests = ParsedFiles<ObjectID, GoModFile, GoProblem>()
    private var sums = ParsedFiles<ObjectID, GoSumFile, GoProblem>()
    private var sources: [ObjectID: GoSource] = [:]
    private var vendorLists: [ObjectID: GoVendorList] = [:]
    private var climbing: [ObjectID: Bool] = [:]

    package init() {}

    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GoModFile, GoProblem> {
        try manifests.result(of: id, in: objects, GoModFile.init(parsing:))
    }

    func sum(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GoSumFile, GoProblem> {
        try sums.result(of: id, in: objects, GoSumFile.init(parsing:))
    }

    func source(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> GoSource {
        if let known = sources[id] { return known }
        let source = GoSource(scanning: try objects.blob(id))
        sources[id] = source
        return source
    }

    func vendorList(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> GoVendorList {
        if let known = vendorLists[id] { return known }
        let list = GoVendorList(parsing: try objects.blob(id))
        vendorLists[id] = list
        return list
    }

    /// Whether a file that a C compiler or assembler reads names something in a directory above its own.
    func climbs(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Bool {
        if let known = climbing[id] { return known }
        let bytes = try objects.blob(id)
        let dot = UInt8(ascii: "."), slash = UInt8(ascii: "/")
        let found = bytes.indices.dropLast(2).contains { at in
            (bytes[at] == dot && bytes[at + 1] == dot && bytes[at + 2] == slash)
                || (bytes[at] == slash && bytes[at + 1] == dot && bytes[at + 2] == dot)
        }
        climbing[id] = found
        return found
    }
}
