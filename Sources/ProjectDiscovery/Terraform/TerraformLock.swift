internal import WorkspaceModel

/// A .terraform.lock.hcl: the providers that a root module got, with their versions and checksums.
/// https://developer.hashicorp.com/terraform/language/files/dependency-lock
struct TerraformLock: Sendable {
    let graph: LockGraph
    /// The numbers of the providers by address, such as `registry.terraform.io/hashicorp/aws`.
    let providers: [String: Int]

    init(parsing bytes: [UInt8]) throws(HCLProblem) {
        var packages: [LockGraph.Package] = [], providers: [String: Int] = [:]
        for block in try HCLBody(parsing: bytes).blocks where block.type == "provider" {
            guard let address = block.labels.first, block.labels.count == 1 else { continue }
            guard let version = block.body.attribute("version")?.text else {
                throw HCLProblem(line: block.line, problem: "the provider '\(address)' has no version")
            }
            let hashes = (block.body.attribute("hashes")?.expression ?? []).compactMap(\.plainText).sorted()
            providers[address] = packages.count
            packages.append(
                LockGraph.Package(name: address, version: version, identity: hashes.joined(separator: "\n")))
        }
        graph = LockGraph(packages)
        self.providers = providers
    }

    /// What the lockfile says of the providers with these sources; all of it when one of them is not there, or when more
    /// than these may be needed.
    func uses(of sources: Set<String>, andMore: Bool) -> [LockGraph.Use] {
        let wanted = Set(sources.map(TerraformLock.key))
        let known = Set(providers.keys.map(TerraformLock.key))
        let counted = andMore || !wanted.isSubset(of: known) ? known : wanted
        return providers.filter { counted.contains(TerraformLock.key($0.key)) }.sorted { $0.key < $1.key }
            .map { LockGraph.Use($0.key, $0.value) }
    }

    /// Namespace and type in small letters; the registry before them is the tool's own choice when a source leaves it out.
    private static func key(_ address: String) -> String {
        address.lowercased().split(separator: "/").suffix(2).joined(separator: "/")
    }
}
