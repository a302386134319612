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
    ///
    /// - Parameter isGo: C stands in comments of a Go file; in other files comments name nothing.
    func climbs(_ id: ObjectID, isGo: Bool, in objects: ObjectStore) throws(GitError) -> Bool {
        if let known = climbing[id] { return known }
        let bytes = try objects.blob(id)
        let found =
            ParsedGoCache.climbs(bytes) && (isGo || ParsedGoCache.climbs(ParsedGoCache.withoutComments(bytes)))
        climbing[id] = found
        return found
    }

    private static func climbs(_ bytes: [UInt8]) -> Bool {
        let dot = UInt8(ascii: "."), slash = UInt8(ascii: "/")
        return bytes.indices.dropLast(2).contains { at in
            (bytes[at] == dot && bytes[at + 1] == dot && bytes[at + 2] == slash)
                || (bytes[at] == slash && bytes[at + 1] == dot && bytes[at + 2] == dot)
        }
    }

    /// C or assembly without what stands between `/*` and `*/` or after `//`.
    private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        let slash = UInt8(ascii: "/"), star = UInt8(ascii: "*"), quote = UInt8(ascii: "\"")
        let newline = UInt8(ascii: "\n"), backslash = UInt8(ascii: "\\")
        var kept: [UInt8] = [], at = 0, isQuoted = false
        kept.reserveCapacity(bytes.count)
        func follows(_ byte: UInt8) -> Bool { at + 1 < bytes.count && bytes[at + 1] == byte }
        while at < bytes.count {
            let byte = bytes[at]
            if isQuoted {
                if byte == backslash, at + 1 < bytes.count {
                    kept.append(byte)
                    at += 1
                } else if byte == quote || byte == newline {
                    isQuoted = false
                }
            } else if byte == slash, follows(slash) {
                while at < bytes.count, bytes[at] != newline { at += 1 }
                continue
            } else if byte == slash, follows(star) {
                at += 2
                while at < bytes.count, !(bytes[at] == star && follows(slash)) { at += 1 }
                at += 2
                continue
            } else if byte == quote {
                isQuoted = true
            }
            kept.append(bytes[at])
            at += 1
        }
        return kept
    }
}
