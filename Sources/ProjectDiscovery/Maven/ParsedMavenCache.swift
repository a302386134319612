internal import GitObjects

/// The parsed pom.xml files of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a manifest that did not change is parsed once. Belongs to one thread,
/// like the object store whose blobs it reads.
package final class ParsedMavenCache {
    private var parsed = ParsedFiles<ObjectID, MavenManifest, XMLProblem>()

    package init() {}

    /// The manifest with this content; a failure to understand it is a value, and is remembered too.
    func manifest(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<MavenManifest, XMLProblem> {
        try parsed.result(of: id, in: objects, MavenManifest.init(parsing:))
    }
}
