internal import JSONText
internal import WorkspaceModel

/// The pins of a Package.resolved: the version of every package that a resolution reached, without what uses what.
///
/// Formats 1, 2 and 3 of SwiftPM. The hash of the manifest in format 3 does not count: the manifest itself does.
struct PackageResolved: Sendable {
    let graph: LockGraph

    /// All pins: which of them a package reaches is not written.
    var all: LockResolution {
        LockResolution(
            graph: graph, uses: graph.packages.indices.map { LockGraph.Use(graph.packages[$0].name, $0) })
    }

    init(parsing bytes: [UInt8]) throws(SwiftManifestProblem) {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw SwiftManifestProblem(line: error.line, problem: error.problem)
        }
        let version = document.root["version"]?.number
        let pins: JSONNode?
        switch version {
        case "1": pins = document.root["object"]?["pins"]
        case "2", "3": pins = document.root["pins"]
        default: throw SwiftManifestProblem(line: 1, problem: "it has the unknown format \(version ?? "(none)")")
        }
        guard let list = pins?.array else { throw SwiftManifestProblem(line: 1, problem: "it has no list of pins") }
        var packages: [LockGraph.Package] = []
        for pin in list {
            guard let package = PackageResolved.package(pin) else {
                throw SwiftManifestProblem(
                    line: document.position(of: pin.offset).line, problem: "a pin does not say what it pins")
            }
            packages.append(package)
        }
        graph = LockGraph(packages)
    }

    private static func package(_ pin: JSONNode) -> LockGraph.Package? {
        guard let location = (pin["location"] ?? pin["repositoryURL"])?.string ?? pin["identity"]?.string,
            let state = pin["state"], state.object != nil
        else { return nil }
        let name = pin["identity"]?.string ?? name(of: location)
        let parts = ["version", "branch", "revision"].map { state[$0]?.string ?? "" }
        guard let version = parts.first(where: { !$0.isEmpty }) else { return nil }
        return LockGraph.Package(
            name: name, version: version,
            identity: ([location, pin["kind"]?.string ?? ""] + parts).joined(separator: "\u{1}"))
    }

    /// The identity that SwiftPM gives to a location: its last component in lower case, without `.git`.
    static func name(of location: String) -> String {
        let last = location.split(separator: "/").last.map { $0.lowercased() } ?? location
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }
}
