internal import GitObjects

/// The parsed manifests and pins of Swift packages in an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a file that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedSwiftCache {
    private var manifests: [ObjectID: Result<SwiftManifest, SwiftManifestProblem>?] = [:]
    private var pins = ParsedFiles<ObjectID, PackageResolved, SwiftManifestProblem>()

    package init() {}

    /// The manifest with this content; a failure to understand it is a value, and is remembered too. `nil` for a source
    /// file that only has a manifest's name.
    func manifest(
        _ id: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> Result<SwiftManifest, SwiftManifestProblem>? {
        if let known = manifests[id] { return known }
        let bytes = try objects.blob(id)
        var result: Result<SwiftManifest, SwiftManifestProblem>?
        if SwiftManifest.isManifest(bytes) {
            result = Result { () throws(SwiftManifestProblem) in try SwiftManifest(parsing: bytes) }
        }
        manifests[id] = .some(result)
        return result
    }

    func resolved(
        _ id: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> Result<PackageResolved, SwiftManifestProblem> {
        try pins.result(of: id, in: objects, PackageResolved.init(parsing:))
    }
}
