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

    private var scripts: [Key: Result<GradleScript, GradleProblem>] = [:]
    private var settings: [Key: Result<GradleSettings, GradleProblem>] = [:]
    private var catalogs: [ObjectID: Result<GradleCatalog, TOMLProblem>] = [:]
    private var lockfiles: [ObjectID: Result<GradleLockfile, GradleProblem>] = [:]
    private var verifications: [ObjectID: Result<GradleVerification, XMLProblem>] = [:]

    package init() {}

    // A failure to understand a file is a value, and is remembered too.

    func script(
        _ id: ObjectID, isKotlin: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleScript, GradleProblem> {
        let key = Key(id: id, isKotlin: isKotlin)
        if let known = scripts[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(GradleProblem) in try GradleScript(parsing: bytes, isKotlin: isKotlin) }
        scripts[key] = result
        return result
    }

    func settings(
        _ id: ObjectID, isKotlin: Bool, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleSettings, GradleProblem> {
        let key = Key(id: id, isKotlin: isKotlin)
        if let known = settings[key] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(GradleProblem) in try GradleSettings(parsing: bytes, isKotlin: isKotlin) }
        settings[key] = result
        return result
    }

    func catalog(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GradleCatalog, TOMLProblem> {
        if let known = catalogs[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(TOMLProblem) in try GradleCatalog(parsing: bytes) }
        catalogs[id] = result
        return result
    }

    func lockfile(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Result<GradleLockfile, GradleProblem> {
        if let known = lockfiles[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(GradleProblem) in try GradleLockfile(parsing: bytes) }
        lockfiles[id] = result
        return result
    }

    func verification(
        _ id: ObjectID, in objects: ObjectStore
    ) throws(GitError) -> Result<GradleVerification, XMLProblem> {
        if let known = verifications[id] { return known }
        let bytes = try objects.blob(id)
        let result = Result { () throws(XMLProblem) in try GradleVerification(parsing: bytes) }
        verifications[id] = result
        return result
    }
}
