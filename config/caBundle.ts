import { bundleUrl, noRoots, regionsWithoutRoots } from "../components/tenancy/caRoots";
import type { Problem } from "./problems";

/** Where a stack works in regions whose databases' certificates nobody here can check, it has to say by what it does. */
export function caBundleProblems(caBundle: unknown, regions: readonly (string | undefined)[]): Problem[] {
    const [missing] =
        caBundle === undefined ? regionsWithoutRoots(regions.filter((region) => region !== undefined)) : [];
    const allowed = "the path of a file in PEM format, from the project's folder on";
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
