internal import GitObjects
internal import JSONText

/// The JSON document of an event, read field by field. A field that is absent or null is `nil`; one of the wrong type is
/// a problem.
struct EventPayload {
    private let root: JSONNode

    init(_ payload: ComparisonRequest.Payload) throws(EventText.Problem) {
        switch payload {
        case .absent: throw EventText.Problem(text: "there is no event payload: GITHUB_EVENT_PATH is not set")
        case .unreadable(let reason):
            throw EventText.Problem(
                text: "the event payload of GITHUB_EVENT_PATH cannot be read: \(EventText.quoted(reason))")
        case .bytes(let bytes):
            do throws(JSONSyntaxError) { root = try JSONDocument(parsing: bytes).root } catch {
                throw EventText.Problem(text: "the event payload of GITHUB_EVENT_PATH is not JSON: \(error)")
            }
            guard root.object != nil else {
                throw EventText.Problem(
                    text: "the event payload of GITHUB_EVENT_PATH is \(root.typeName), not an object")
            }
        }
    }

    func text(_ path: String...) throws(EventText.Problem) -> String? { try text(path) }

    func flag(_ path: String...) throws(EventText.Problem) -> Bool {
        guard let node = try node(path) else { return false }
        guard let flag = node.bool else { throw wrong(path, node) }
        return flag
    }

    /// The digits of a whole number; `nil` for anything else.
    func number(_ path: String...) -> String? {
        guard let node = try? node(path), let text = node.number, text.utf8.count < 20 else { return nil }
        return text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? text : nil
    }

    /// A commit id; `nil` when it is absent or all zeros.
    func commit(_ path: String...) throws(EventText.Problem) -> ObjectID? {
        guard let text = try text(path) else { return nil }
        do { return try EventText.commit(text) } catch { throw named(path, error) }
    }

    func branch(_ path: String...) throws(EventText.Problem) -> String? { try branch(path) }

    func requiredBranch(_ path: String...) throws(EventText.Problem) -> String {
        guard let branch = try branch(path) else {
            throw EventText.Problem(text: "the event payload has no \(path.joined(separator: "."))")
        }
        return branch
    }

    private func branch(_ path: [String]) throws(EventText.Problem) -> String? {
        guard let text = try text(path) else { return nil }
        do { return try EventText.branch(text) } catch { throw named(path, error) }
    }

    private func text(_ path: [String]) throws(EventText.Problem) -> String? {
        guard let node = try node(path) else { return nil }
        guard let text = node.string else { throw wrong(path, node) }
        return text
    }

    private func node(_ path: [String]) throws(EventText.Problem) -> JSONNode? {
        var node = root
        for (at, key) in path.enumerated() {
            guard node.object != nil else { throw wrong(Array(path[..<at]), node) }
            guard let next = node[key], !next.isNull else { return nil }
            node = next
        }
        return node
    }

    private func wrong(_ path: [String], _ node: JSONNode) -> EventText.Problem {
        EventText.Problem(text: "\(path.joined(separator: ".")) of the event payload is \(node.typeName)")
    }

    private func named(_ path: [String], _ problem: EventText.Problem) -> EventText.Problem {
        EventText.Problem(text: "\(path.joined(separator: ".")) of the event payload \(problem.text)")
    }
}
