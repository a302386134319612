internal import GitObjects
internal import JSONText
internal import WorkspaceModel

extension WorkspaceRoot {
    /// Fields of a root manifest that change no build, or whose effect is seen elsewhere: the members themselves.
    private static let idleFields: Set<String> = [
        "description", "author", "keywords", "repository", "version", "homepage", "bugs", "license", "funding",
        "contributors", "private", "name", "scripts",
    ]

    /// Fields that say what is to be resolved, which a lockfile answers exactly.
    private static let resolvedFields: Set<String> = [
        "dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "catalog", "catalogs",
    ]

    /// Settings of pnpm that only decide what `pnpm add` and `pnpm update` write into the lockfile, which says the rest:
    /// https://pnpm.io/settings
    private static let updateSettings: Set<String> = [
        "minimumReleaseAge", "minimumReleaseAgeExclude", "minimumReleaseAgeIgnoreMissingTime", "trustPolicy",
        "trustPolicyExclude", "trustPolicyIgnoreAfter", "updateConfig", "catalogMode", "cleanupUnusedCatalogs",
        "allowedDeprecatedVersions", "auditConfig", "savePrefix", "saveExact", "resolutionMode",
    ]

    /// What every member and the root take from the root's manifest and from pnpm-workspace.yaml, sorted by field.
    func structuralDigests(in objects: ObjectStore, cache: ParsedManifestCache) throws(GitError) -> [StructuralDigest] {
        var digests = settings
        if let manifestID {
            for field in try cache.fields(manifestID, in: objects) where !WorkspaceRoot.idleFields.contains(field.name)
            {
                if WorkspaceRoot.resolvedFields.contains(field.name), lockfile != nil { continue }
                let evidence = Evidence(path: manifestPath, line: field.line)
                if field.name == "workspaces" {
                    // The patterns count through the members they find; what else stands beside them counts as text.
                    for member in field.node.object ?? [] where member.key != "packages" {
                        if WorkspaceRoot.resolvedFields.contains(member.key), lockfile != nil { continue }
                        digests.append(
                            StructuralDigest(
                                evidence: evidence, field: "workspaces.\(member.key)",
                                digest: CanonicalText.of(member.node)))
                    }
                } else {
                    digests.append(StructuralDigest(evidence: evidence, field: field.name, digest: field.canonical))
                }
            }
        }
        let settings = (pnpm?.settings ?? []) + (lockfile == nil ? pnpm?.catalogSettings ?? [] : [])
        for setting in settings where lockfile == nil || !WorkspaceRoot.updateSettings.contains(setting.name) {
            digests.append(
                StructuralDigest(
                    evidence: Evidence(path: pnpmPath, line: setting.line), field: setting.name,
                    digest: setting.canonical))
        }
        return digests.sorted { ($0.field, $0.evidence.path) < ($1.field, $1.evidence.path) }
    }

    /// The root's scripts: one may call another, so all of them count, but only for the root's own tasks.
    func scriptsDigest(in objects: ObjectStore, cache: ParsedManifestCache) throws(GitError) -> StructuralDigest? {
        guard let manifestID else { return nil }
        guard let field = try cache.fields(manifestID, in: objects).first(where: { $0.name == "scripts" }) else {
            return nil
        }
        return StructuralDigest(
            evidence: Evidence(path: manifestPath, line: field.line), field: field.name, digest: field.canonical)
    }
}
