import { getFauna } from "../../fauna";
import { todos } from "../../todos";

export async function GET() {
  const fauna = await getFauna();
  const { data } = await fauna.query(todos);
  return Response.json(data.data.map(({ title }) => title));
}
