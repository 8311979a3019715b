// Follows the feed with the code of docs/frontend.md and prints a line a change.
// Arguments: the file with that code, the file of supabase-js, the place to begin at.
const [codeFile, supabaseFile, place] = process.argv.slice(2)
const { createClient } = await import(supabaseFile)
const { changes } = await import(codeFile)
// Node before version 22 has no WebSocket, which the client wants although nothing here opens one
const transport = globalThis.WebSocket ?? class {}
const supabase = createClient(process.env.SUPABASE_URL, process.env.SUPABASE_SECRET_KEY, { realtime: { transport } })
for await (const change of changes(supabase, JSON.parse(place), 20)) console.log(JSON.stringify(change))
