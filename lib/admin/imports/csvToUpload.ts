import { id, lineOfText } from "../../api/fields.ts";
import { timeZone } from "../companies/companyFields.ts";

/** What is said of a CSV that is sent as a body. */
export const csvToUpload = {
  companyId: id,
  name: lineOfText(200).default("upload.csv").meta({ description: "The file's name, for the list of imports." }),
  timeZone: timeZone.optional().meta({ description: "The time zone of its times. Default: the company's." }),
};
