export function MatterPage({ matter }: { matter: string }) { return <h1>{matter}</h1>; }
