/// A reference to an image without tag and digest, to tell whether one names what another builds.
struct ImageReference: Hashable {
    /// Such as `registry.example/team/api`; what is not known is `DockerVariables.unknown`.
    let repository: String

    init(_ text: String) {
        var name = text.prefix { $0 != "@" }
        let slash = name.lastIndex(of: "/") ?? name.startIndex
        if let colon = name[slash...].firstIndex(of: ":") { name = name[..<colon] }
        for prefix in ["docker.io/", "index.docker.io/", "library/"] where name.hasPrefix(prefix) {
            name = name.dropFirst(prefix.count)
        }
        repository = String(name)
    }

    /// Whether nothing of it is known.
    var isUnknown: Bool { repository.allSatisfy { $0 == DockerVariables.unknown } }

    /// Whether this may be the image that `built` names. Tags do not count, since the one that is built here may get any;
    /// where a part is not known, the last part of the name decides.
    func mayBe(_ built: ImageReference) -> Bool {
        let unknown = DockerVariables.unknown
        if !repository.contains(unknown), !built.repository.contains(unknown) { return repository == built.repository }
        guard let mine = repository.split(separator: "/").last, let other = built.repository.split(separator: "/").last
        else { return false }
        if !mine.contains(unknown), !other.contains(unknown) { return mine == other }
        // Text around one gap that is not known; both having gaps is as good as not knowing.
        if mine.contains(unknown), other.contains(unknown) { return true }
        let (gapped, whole) = mine.contains(unknown) ? (mine, other) : (other, mine)
        let parts = gapped.split(separator: unknown, omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last else { return true }
        return whole.count >= first.count + last.count && whole.hasPrefix(first) && whole.hasSuffix(last)
    }
}
