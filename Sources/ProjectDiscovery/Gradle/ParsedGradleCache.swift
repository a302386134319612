internal import GitObjects

/// The parsed files of Gradle builds of an analysis, by the id of their content.
///
/// Both sides of a comparison share one, so that a script that did not change is parsed once. Belongs to one thread, like
/// the object store whose blobs it reads.
package final class ParsedGradleCache {
    private struct Key: Hashable {
        let id: ObjectID
        let isKotlin: Bool
    }

    private var scripts = ParsedFiles<Key, GradleScript, GradleProblem>()
    private var settings = ParsedFiles<Key, GradleSettings, GradleProblem>()
    private var catalogs = ParsedFiles<ObjectID, GradleCatalog, TOMLProblem>()
    private var lockfiles = ParsedFiles<ObjectID, GradleLockfile, GradleProblem>()
    private var verifications = ParsedFiles<ObjectID, GradleVerification, XMLProblem>()

    package init() {}

    // A failure to understand a file is a value, and is remembered too.

    func script(
        _ id: ObjectID, isKotlin: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleScript, GradleProblem> {
        try scripts.result(for: Key(id: id, isKotlin: isKotlin), of: id, in: objects) { (bytes) throws(GradleProblem) in
            try GradleScript(parsing: bytes, isKotlin: isKotlin)
        }
    }

    func settings(
        _ id: ObjectID, isKotlin: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleSettings, GradleProblem> {
        try settings.result(for: Key(id: id, isKotlin: isKotlin), of: id, in: objects) {
            (bytes) throws(GradleProblem) in
            try GradleSettings(parsing: bytes, isKotlin: isKotlin)
        }
    }

    func catalog(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GradleCatalog, TOMLProblem> {
        try catalogs.result(of: id, in: objects, GradleCatalog.init(parsing:))
    }

    func lockfile(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GradleLockfile, GradleProblem> {
        try lockfiles.result(of: id, in: objects, GradleLockfile.init(parsing:))
    }

    func verification(
        _ id: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleVerification, XMLProblem> {
        try verifications.result(of: id, in: objects, GradleVerification.init(parsing:))
    }
}
