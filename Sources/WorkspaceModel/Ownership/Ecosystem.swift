/// A family of package managers, as files and tools that choose versions speak to it.
package enum Ecosystem: String, Sendable, Hashable, CaseIterable {
    case javaScript, cargo, go, python, maven, gradle, swift, dotnet, terraform
    /// Whatever runs on Java.
    case jvm
    /// One whose package managers are not read.
    case other

    package func includes(_ manager: PackageManager) -> Bool {
        switch self {
        case .javaScript: manager.isJavaScript
        case .cargo: manager == .cargo
        case .go: manager == .go
        case .python: manager == .python
        case .maven: manager == .maven
        case .gradle: manager == .gradle
        case .jvm: manager == .maven || manager == .gradle
        case .swift: manager == .swiftpm
        case .dotnet: manager == .dotnet
        case .terraform: manager == .terraform
        case .other: false
        }
    }

    /// Whether the project may use what the ecosystem uses: a project without a package manager may run anything.
    package func includes(_ project: Project) -> Bool {
        project.managers.isEmpty || project.managers.contains { includes($0) }
    }
}
