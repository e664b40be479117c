import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";

/** Answers a data source from its (checked) arguments and the existing objects. */
export type DataSource = (args: Props, cloud: Cloud) => Props;
