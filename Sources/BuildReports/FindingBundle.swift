internal import WorkspaceChecks
internal import WorkspaceModel

/// Findings of one kind that share a line of text.
struct FindingBundle {
    let findings: [Finding]
    /// What the findings say together; `nil` for a single one.
    private(set) var message: String?
    /// What tells the findings of a bundle apart, each with its first place.
    private(set) var names: [String] = []

    /// So many findings are worth a line of their own each.
    private static let fewest = 4

    init(_ findings: [Finding]) {
        self.findings = findings
    }

    private init(_ findings: [Finding], _ message: String, _ names: [String]) {
        self.findings = findings
        self.message = message
        self.names = names
    }

    static func text(_ place: Evidence) -> String { "\(place.path)\(place.line.map { ":\($0)" } ?? "")" }

    /// The findings in their order, those about one target or, else, of one project bundled at the first of them.
    static func bundles(_ findings: [Finding]) -> [FindingBundle] {
        guard let code = findings.first?.code else { return [] }
        var rest = findings, bundles: [(position: Int, bundle: FindingBundle)] = []
        let positions = Dictionary(findings.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        for side in sides(of: code) {
            let groups = Dictionary(grouping: rest) { Key(severity: $0.severity, subject: side.subject($0)) }
            var bundled: Set<Finding> = []
            for (key, group) in groups where group.count >= fewest {
                guard let subject = key.subject else { continue }
                let names = group.map { finding in
                    let place = finding.evidence.first.map(text) ?? ""
                    return side.name(finding).map { place.isEmpty ? $0 : "\($0) (\(place))" } ?? place
                }
                let bundle = FindingBundle(group, side.message(subject, group.count), names)
                bundles.append((positions[group[0]] ?? 0, bundle))
                bundled.formUnion(group)
            }
            rest.removeAll(where: bundled.contains)
        }
        bundles += rest.map { (positions[$0] ?? 0, FindingBundle([$0])) }
        return bundles.sorted { $0.position < $1.position }.map(\.bundle)
    }

    private struct Key: Hashable {
        let severity: Finding.Severity
        let subject: String?
    }

    /// A side from which findings of a kind look alike.
    private struct Side {
        /// What they have in common.
        let subject: (Finding) -> String?
        /// What differs.
        let name: (Finding) -> String?
        let message: (_ subject: String, _ count: Int) -> String
    }

    private static func sides(of code: Finding.Code) -> [Side] {
        func ofTarget(_ message: @escaping (String, Int) -> String) -> Side {
            Side(subject: { $0.target }, name: { $0.project }, message: message)
        }
        func ofProject(_ message: @escaping (String, Int) -> String) -> Side {
            Side(subject: { $0.project }, name: { $0.target }, message: message)
        }
        switch code {
        case .undeclaredWorkspaceDependency:
            return [
                ofTarget { "\($1) projects use \($0), which they do not declare" },
                ofProject { "\($0) uses \($1) projects, which it does not declare" },
            ]
        case .undeclaredDependency:
            return [
                ofProject { "\($0) uses \($1) packages, which it does not declare" },
                ofTarget { "\($1) projects use the package '\($0)', which they do not declare" },
            ]
        case .unresolvedImport: return [ofProject { "\($1) imports of \($0) name no file of the repository" }]
        case .unusedDependency:
            return [
                ofProject { "\($0) declares \($1) dependencies that nothing in it names" },
                ofTarget { "\($1) projects declare \($0), and nothing in them names it" },
            ]
        case .developmentDependency:
            return [ofTarget { "\($1) projects ship code that uses \($0), which they declare for development only" }]
        case .notUnderstood:
            return [Side(subject: { $0.message }, name: { _ in nil }, message: { message, _ in message })]
        default: return []
        }
    }
}
