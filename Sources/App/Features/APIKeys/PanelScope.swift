import Web

/// What a panel's key may be used for.
package enum PanelScope: String, APIEnum {
    case validateLicenses = "licenses:validate"
    case writeUsage = "usage:write"
}

/// A scope as a type, so that a handler's signature says which one it needs.
package protocol PanelPermission: Sendable {
    static var scope: PanelScope { get }
}

package enum ValidatesLicenses: PanelPermission {
    package static var scope: PanelScope { .validateLicenses }
}

package enum WritesUsage: PanelPermission {
    package static var scope: PanelScope { .writeUsage }
}
