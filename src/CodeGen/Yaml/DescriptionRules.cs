// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen;

/// <summary>Identities of the rules of the description language (network-yaml.md sections 1 and 2); limits of the device have their own.</summary>
public static class DescriptionRules
{
    /// <summary>The text is well-formed YAML.</summary>
    public const string Syntax = "yaml-syntax";

    /// <summary>Only mappings, lists and values: no anchors, aliases, tags or further documents.</summary>
    public const string Feature = "yaml-feature";

    /// <summary>Size and depth of the text are bounded.</summary>
    public const string Size = "yaml-size";

    /// <summary>Each key is known.</summary>
    public const string UnknownKey = "yaml-unknown-key";

    /// <summary>Each key stands once.</summary>
    public const string DuplicateKey = "yaml-duplicate-key";

    /// <summary>A mandatory key is there.</summary>
    public const string MissingKey = "yaml-missing-key";

    /// <summary>A value has the type of its key.</summary>
    public const string ValueType = "yaml-value-type";

    /// <summary>A value lies in the range of its key.</summary>
    public const string ValueRange = "yaml-value-range";

    /// <summary>Keys that need or exclude each other.</summary>
    public const string Combination = "yaml-combination";

    /// <summary>Names and sequence numbers are unique.</summary>
    public const string Unique = "yaml-unique";

    /// <summary>The MAX78000 does not have it.</summary>
    public const string NotOnDevice = "not-on-max78000";
}
