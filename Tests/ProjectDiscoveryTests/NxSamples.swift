import GitObjects
import ProjectDiscovery
import WorkspaceModel

/// An integrated workspace: `shop` and its end-to-end tests, the libraries `ui` and `data`, and TypeScript paths.
func nxFiles(_ nx: String = "{}", extra: [String: String] = [:]) -> [String: String] {
    func project(_ name: String, _ type: String, _ rest: String = "") -> String {
        "{ \"name\": \"\(name)\",\n\"projectType\": \"\(type)\"\(rest) }"
    }
    var files = [
        "nx.json": nx,
        "package.json":
            #"{ "name": "org", "private": true, "devDependencies": { "nx": "20.0.0", "@nx/js": "20.0.0" } }"#,
        "tsconfig.base.json": """
        { "compilerOptions": { "baseUrl": ".", "paths": {
          "@org/ui": ["libs/ui/src/index.ts"], // comment
          "@org/data/*": ["libs/data/src/*"],
        } } }
        """,
        "apps/shop/project.json": project(
            "shop", "application",
            #", "tags": ["scope:shop"], "targets": { "build": { "executor": "@nx/vite:build", "options": { "a": 1 } } }"#
        ),
        "apps/shop/src/main.ts": "import { a } from '@org/ui'\n",
        "apps/shop-e2e/project.json": project(
            "shop-e2e", "application", ",\n\"implicitDependencies\": [\"shop\"]"),
        "libs/ui/project.json": project("ui", "library"),
        "libs/ui/src/index.ts": "export const a = 1\n// import '@org/shop'\n\nexport * from '@org/data/model'\n",
        "libs/data/project.json": project("data", "library"),
        "libs/data/src/model.ts": "export const b = 2\n",
    ]
    files.merge(extra) { $1 }
    return files
}

/// What the adapters find, with the JavaScript adapter starting at the root.
func discoverNx(_ files: [String: String], cache: ParsedNxCache = ParsedNxCache()) throws -> Discovery {
    let manifests = ParsedManifestCache()
    let tree = SourceTree.inMemory(files)
    let scan = try ManifestScan.walk(tree)
    var discovery = try JavaScriptAdapter.discover(in: tree, scan: scan, cache: manifests)
    try NxAdapter.apply(in: tree, to: &discovery, cache: cache, manifests: manifests)
    return discovery
}
