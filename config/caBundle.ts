import { bundleUrl, noRoots, regionsWithoutRoots } from "../components/tenancy/caRoots";
import type { Problem } from "./problems";

/** Requires a CA bundle in regions whose database certificates the built-in roots cannot verify. */
export function caBundleProblems(caBundle: unknown, regions: readonly (string | undefined)[]): Problem[] {
    const [missing] =
        caBundle === undefined ? regionsWithoutRoots(regions.filter((region) => region !== undefined)) : [];
    const allowed = "the path of a PEM file, relative to the project's folder";
    return missing === undefined
        ? []
        : [
              {
                  path: "caBundle",
                  given: undefined,
                  wrong: noRoots(missing),
                  allowed,
                  fix: `get ${bundleUrl(missing)}, check it, and name the file here`,
              },
          ];
}
