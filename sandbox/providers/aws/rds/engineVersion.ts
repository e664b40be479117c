import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { flag, must, text } from "../../../cloud/aws/values";
import { refuse } from "../declaring/declaration";
import { actualVersion, familyOf, majorOf, majorVersions, offeredVersions } from "./engines";

/**
 * What DescribeDBEngineVersions returns for one version, found as the provider finds it:
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/engine_version_data_source.go
 */
export function engineVersion(args: Props, cloud: Cloud): Props {
    const engine = must(args, "engine");
    const asked = text(args, "version");
    const preferred = majorVersions(engine).map((major) => actualVersion(engine, major) ?? "");
    const all = majorVersions(engine).flatMap((major) => offeredVersions(engine, major));
    const onlyDefaults = flag(args, "defaultOnly") || (asked === undefined && !flag(args, "latest"));
    const found = (onlyDefaults ? preferred : all).filter(
        (version) =>
            asked === undefined ||
            version === asked ||
            (asked === majorOf(engine, asked) && version.startsWith(`${asked}.`)),
    );
    const [version, ...more] = flag(args, "latest") ? found.slice(-1) : found;
    if (version === undefined) {
        return refuse(`reading RDS engine versions: no RDS engine versions found: ${engine} ${asked ?? ""}`);
    }
    if (more.length > 0) {
        return refuse(
            `reading RDS engine versions: multiple RDS engine versions (${found.join(", ")}) match the criteria`,
        );
    }
    const major = majorOf(engine, version) ?? "";
    const later = offeredVersions(engine, major);
    return {
        ...args,
        id: version,
        region: cloud.region,
        version,
        versionActual: version,
        parameterGroupFamily: familyOf(engine, version),
        status: "available",
        validMinorTargets: later.slice(later.indexOf(version) + 1),
        validMajorTargets: all.filter((other) => Number(majorOf(engine, other)) > Number(major)),
    };
}
