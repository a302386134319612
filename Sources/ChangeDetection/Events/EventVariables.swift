internal import GitObjects

/// The environment variables of one CI system. An empty one counts as not set.
struct EventVariables {
    private let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// Whether the variable is set to a word that means yes.
    func isTrue(_ name: String) -> Bool {
        ["true", "1", "yes"].contains(self[name]?.lowercased())
    }

    /// The commit id in a variable; `nil` when it is not set or all zeros.
    func commit(_ name: String) throws(EventText.Problem) -> ObjectID? {
        guard let text = self[name] else { return nil }
        do { return try EventText.commit(text) } catch { throw EventText.Problem(text: "\(name) \(error.text)") }
    }

    /// The branch in a variable, without `refs/heads/`.
    func branch(_ name: String) throws(EventText.Problem) -> String? {
        guard let text = self[name] else { return nil }
        do { return try EventText.branch(text) } catch { throw EventText.Problem(text: "\(name) \(error.text)") }
    }

    func requiredBranch(_ name: String) throws(EventText.Problem) -> String {
        guard let branch = try branch(name) else { throw EventText.Problem(text: "\(name) is not set") }
        return branch
    }
}

extension CIEvent {
    /// The event that `read` finds, or one that says why it cannot be read.
    static func reading(
        _ system: String, _ read: () throws(EventText.Problem) -> CIEvent
    ) -> CIEvent {
        do { return try read() } catch {
            return CIEvent(
                system: system, kind: .unreadable(error.text), branch: nil, defaultBranch: nil,
                evidence: "\(system) event")
        }
    }
}
