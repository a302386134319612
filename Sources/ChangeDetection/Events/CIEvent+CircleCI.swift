internal import GitObjects

extension CIEvent {
    /// CircleCI. It names neither a target branch nor a default branch; the last commit that was built on the branch is a
    /// pipeline value, which the configuration has to hand on as RIPPLE_CIRCLE_BASE_REVISION.
    static let circleCI: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables.isTrue("CIRCLECI") else { return nil }
        return reading("CircleCI") { () throws(EventText.Problem) in
            if variables["CIRCLE_TAG"] != nil {
                return CIEvent(
                    system: "CircleCI", kind: .unspecific(.tag), branch: nil, defaultBranch: nil,
                    evidence: "CircleCI pipeline of a tag")
            }
            var push = Push()
            push.branch = try variables.branch("CIRCLE_BRANCH")
            push.after = try variables.commit("CIRCLE_SHA1")
            push.before = try variables.commit("RIPPLE_CIRCLE_BASE_REVISION")
            let on = push.branch.map { " on \($0)" } ?? ""
            let hint = push.before == nil ? " without RIPPLE_CIRCLE_BASE_REVISION" : ""
            return CIEvent(
                system: "CircleCI", kind: .push(push), branch: push.branch, defaultBranch: nil,
                evidence: "CircleCI pipeline\(on)\(hint)")
        }
    }
}
