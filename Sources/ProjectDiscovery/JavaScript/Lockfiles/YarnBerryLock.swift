internal import WorkspaceModel

/// Reads yarn.lock of Yarn 2 to 4, which is YAML: https://yarnpkg.com/advanced/lexicon and @yarnpkg/core's Project.ts
///
/// Members are entries like others. Peers have no edges: the package that provides one is on the way to who needs it.
enum YarnBerryLock {
    typealias Problem = JavaScriptLock.Problem

    static func parse(_ bytes: [UInt8], _ settings: LockSettings) throws(Problem) -> JavaScriptLock {
        guard let document = try LockYAML.documents(bytes).first else { throw Problem("the file is empty") }
        guard let version = document["__metadata"]?["version"]?.text else { throw Problem("'__metadata' is missing") }
        // 4 is Yarn 2's, 5 and 6 are Yarn 3's, 7 to 10 are Yarn 4's: the last came with Yarn 4.10.
        guard let number = Int(version), (4...10).contains(number) else {
            throw Problem("version \(version) of the format is not known")
        }
        let entries = document.entries.filter { $0.key != "__metadata" }
        var builder = LockGraphBuilder()
        var descriptors = YarnBerryDescriptors(settings)
        var members: [(number: Int, path: String)] = []
        var references: [(name: String, rest: String)] = []
        for (number, entry) in entries.enumerated() {
            guard let resolution = entry.value["resolution"]?.text,
                let (name, rest) = LockText.nameAndRest(resolution)
            else { throw Problem("'\(entry.key)' has no 'resolution'", line: entry.line) }
            if rest.hasPrefix("workspace:") {
                let path = String(rest.dropFirst("workspace:".count))
                members.append((number, path == "." ? "" : path))
                _ = builder.add(name, "", identity: "member \(path)")
            } else {
                let checksum = entry.value["checksum"]?.text ?? ""
                _ = builder.add(
                    name, entry.value["version"]?.text ?? "",
                    identity: "\(LockText.withoutCredentials(rest))\u{1}\(checksum)")
            }
            references.append((name, rest))
            try descriptors.add(parts(entry.key), number, line: entry.line)
        }
        let memberNumbers = Set(members.map(\.number))
        var uses: [Int: JavaScriptLock.Uses] = [:]
        for (number, entry) in entries.enumerated() {
            let (user, reference) = references[number]
            for table in ["dependencies", "optionalDependencies"] {
                for dependency in entry.value[table]?.entries ?? [] {
                    let found = descriptors.find(dependency.key, dependency.value.text ?? "", in: user, reference)
                    for target in found { builder.use(dependency.key, target, by: number) }
                    guard memberNumbers.contains(number) else { continue }
                    uses[number, default: [:]][dependency.key] = found.map { LockGraph.Use(dependency.key, $0) }
                }
            }
            for source in descriptors.sources(of: parts(entry.key)) {
                builder.use(source.name, source.number, by: number)
            }
            for added in settings.extensions[builder.packages[number].name] ?? [] {
                for target in descriptors.byName[added] ?? [] { builder.use(added, target, by: number) }
            }
        }
        // What nobody asks for was added by an extension that Yarn brings along: anybody may use it.
        var strays: JavaScriptLock.Uses = [:]
        for (number, entry) in entries.enumerated() where !memberNumbers.contains(number) {
            for descriptor in parts(entry.key) where !descriptors.asked.contains(descriptor) {
                guard let name = LockText.nameAndRest(descriptor)?.name else { continue }
                strays[name, default: []].append(LockGraph.Use(name, number))
            }
        }
        var importers: [String: JavaScriptLock.Uses] = [:]
        for member in members {
            importers[member.path] = (uses[member.number] ?? [:]).merging(strays) { $0 + $1 }
        }
        return JavaScriptLock(
            graph: builder.graph(), entry: .importers(importers, listsDependencies: true),
            members: Dictionary(members.map { ($0.number, $0.path) }, uniquingKeysWith: { $1 }))
    }

    /// The descriptors that the key of an entry lists.
    private static func parts(_ key: String) -> [String] {
        var found: [String] = []
        var rest = key[...]
        while let end = rest.utf8.firstIndex(of: UInt8(ascii: ",")) {
            found.append(String(rest[..<end]))
            rest = rest[rest.utf8.index(after: end)...].drop { $0 == " " }
        }
        found.append(String(rest))
        return found
    }
}
