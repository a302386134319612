internal import Crypto

/// The hash a repository names its objects by (`extensions.objectFormat`).
package enum ObjectFormat: Sendable, Hashable {
    case sha1, sha256

    /// How many bytes an id has.
    package var byteCount: Int { self == .sha1 ? 20 : 32 }

    /// The id that git would give an object with these bytes: the hash of `KIND SP LENGTH NUL BYTES`.
    ///
    /// Hashed by the processor's own instructions, which libgit2's collision-detecting SHA-1 does without.
    package func id(of bytes: [UInt8], kind: ObjectStore.Kind) -> ObjectID {
        let header = Array("\(kind == .blob ? "blob" : "tree") \(bytes.count)\u{0}".utf8)
        switch self {
        case .sha1: return digest(Insecure.SHA1(), header, bytes)
        case .sha256: return digest(SHA256(), header, bytes)
        }
    }

    private func digest(_ function: some HashFunction, _ header: [UInt8], _ bytes: [UInt8]) -> ObjectID {
        var function = function
        header.withUnsafeBytes { function.update(bufferPointer: $0) }
        bytes.withUnsafeBytes { function.update(bufferPointer: $0) }
        return Array(function.finalize()).withUnsafeBytes { ObjectID(unchecked: $0) }
    }

    /// The id of the tree without entries, which every repository is taken to hold.
    package var emptyTree: ObjectID { self == .sha1 ? ObjectFormat.emptyTrees.sha1 : ObjectFormat.emptyTrees.sha256 }
    package var emptyBlob: ObjectID { self == .sha1 ? ObjectFormat.emptyBlobs.sha1 : ObjectFormat.emptyBlobs.sha256 }

    private static let emptyTrees = (
        sha1: ObjectFormat.sha1.id(of: [], kind: .tree), sha256: ObjectFormat.sha256.id(of: [], kind: .tree)
    )
    private static let emptyBlobs = (
        sha1: ObjectFormat.sha1.id(of: [], kind: .blob), sha256: ObjectFormat.sha256.id(of: [], kind: .blob)
    )
}

extension ObjectID {
    /// The hash that ids of this length come from.
    package var format: ObjectFormat { byteCount == 32 ? .sha256 : .sha1 }
}
