// Which page this is: what its keep is called, and where its day comes from.
const PAGE = { name: 'leader', day: '/api/v1/leader/day' };
