extension CIEvent {
    /// Any other CI system: `CI` is set and nothing else is known.
    static let generic: Adapter = { environment, _ in
        guard EventVariables(environment).isTrue("CI") else { return nil }
        return CIEvent(
            system: "CI", kind: .push(Push()), branch: nil, defaultBranch: nil, evidence: "CI=true, no known system")
    }
}
