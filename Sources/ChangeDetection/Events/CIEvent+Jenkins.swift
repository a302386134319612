internal import GitObjects

extension CIEvent {
    /// Jenkins. Multibranch projects set CHANGE_* for pull requests, whose merges may have the target as second parent;
    /// the Git plugin sets GIT_PREVIOUS_SUCCESSFUL_COMMIT, per branch.
    static let jenkins: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables["JENKINS_URL"] != nil else { return nil }
        return reading("Jenkins") { () throws(EventText.Problem) in
            if variables["CHANGE_ID"] != nil {
                let target = try variables.requiredBranch("CHANGE_TARGET")
                return CIEvent(
                    system: "Jenkins", kind: .pullRequest(PullRequest(targetBranch: target)),
                    branch: try variables.branch("CHANGE_BRANCH"), defaultBranch: nil,
                    evidence: "Jenkins change request into \(target)")
            }
            if variables["TAG_NAME"] != nil {
                return CIEvent(
                    system: "Jenkins", kind: .unspecific(.tag), branch: nil, defaultBranch: nil,
                    evidence: "Jenkins build of a tag")
            }
            var push = Push()
            if variables["BRANCH_NAME"] != nil {
                push.branch = try variables.branch("BRANCH_NAME")
            } else if let local = variables["GIT_LOCAL_BRANCH"] {
                push.branch = try? EventText.branch(local)
            }
            push.before = try variables.commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT")
            push.after = try variables.commit("GIT_COMMIT")
            return CIEvent(
                system: "Jenkins", kind: .push(push), branch: push.branch,
                defaultBranch: variables.isTrue("BRANCH_IS_PRIMARY") ? push.branch : nil,
                evidence: "Jenkins build\(push.branch.map { " of \($0)" } ?? "")")
        }
    }
}
