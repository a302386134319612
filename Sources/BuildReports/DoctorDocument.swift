package import GitObjects
internal import JSONText

/// `ripple.doctor/1`: what of git, the repository, CI and the cache works here, and what to do where something does not.
package struct DoctorDocument {
    private let facts: [RepositorySurvey.Fact]

    package init(_ facts: [RepositorySurvey.Fact]) {
        self.facts = facts
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.doctor/1")
            document.array("checks") { list in
                for fact in facts {
                    list.object {
                        $0.member("name", fact.name)
                        $0.member("state", fact.state.rawValue)
                        $0.member("detail", fact.detail)
                        $0.member("advice", fact.advice)
                    }
                }
            }
        }
        return writer.finish()
    }

    package func lines() -> [String] {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.flatMap { fact -> [String] in
            let state = fact.state.rawValue.padded(to: 7)
            let line = "\(state)  \(fact.name.padded(to: width))  \(fact.detail)"
            return [line] + (fact.advice.map { [String(repeating: " ", count: width + 11) + $0] } ?? [])
        }
    }
}
