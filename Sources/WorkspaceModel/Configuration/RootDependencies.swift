/// `rootDependencies` of ripple.yaml: which external packages that a JavaScript workspace's root manifest depends on are
/// an input of every member, because every member can resolve them.
package enum RootDependencies: Sendable, Hashable {
    /// All, and lint, format and release tools only for the tasks that use such tools.
    case standard
    /// All, for every task.
    case all
    /// None, for no task.
    case none
    /// Those whose names match a pattern, in which `*` stands for any characters; lint tools for lint tasks, as ever.
    case named([String])

    static func parse(_ field: Field) throws(ConfigurationError) -> RootDependencies {
        guard case .scalar(let text, _) = field.entry.value.content, !field.entry.value.isNull else {
            return .named(try field.texts().map(\.text))
        }
        switch text {
        case "all": return .all
        case "none": return .none
        default:
            throw field.problem(
                "'rootDependencies' must be all, none or a list of package names such as [typescript, \"@types/*\"], not "
                    + quoted(text))
        }
    }
}
