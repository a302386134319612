internal import GitObjects

/// The parsed pom.xml files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a manifest that did not change is parsed once. Belongs to one thread,
/// like the object store whose blobs it reads.
package final class ParsedMavenCache {
    private var parsed: [ObjectID: Result<MavenManifest, XMLProblem>] = [:]

    package init() {}

    /// The manifest with this content; a failure to understand it is a value, and is remembered too.
    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<MavenManifest, XMLProblem> {
        if let known = parsed[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(XMLProblem) in try MavenManifest(parsing: bytes) }
        parsed[id] = result
        return result
    }
}
