import type { LanguageWords } from "../languageWords.ts";

export const es: LanguageWords = {
  name: "Spanish",
  letters: "ñ¿¡óáúí",
  common:
    "el la los las un una y es no yo con para por mi mis que en cómo cuándo dónde puedo está hola buenas buenos gracias tengo del al se lo pero muy su qué usted necesito quiero desde cuál cuánto cuántos quién me te tu tú de a ha he si ya soy le hoy",
  categories: {
    SCHEDULE_HOURS:
      "horario turno cuadrante librar descanso trabajo-el entro hora-entro cambiarlo días-seguidos jornada-partida",
    LEAVE_VACATION:
      "vacaciones permiso días-libres festivo-libre denegado quiero-pedir del-20 hueco asuntos-propios nacimiento cuidar excedencia",
    SICK_LEAVE_RECOVERY:
      "enferm médico baja fiebre gripe encuentro-bien accidente recuper parte-de alta-médica hospital lesion",
    SALARY_COMPENSATION:
      "salario nómina sueldo pago =paga horas-extra festivos propinas cobrar anticipo plus-de faltan irpf dietas",
    CONTRACT_HOURS:
      "contrato jornada fijo discontinuo temporada renovación indefinido llamar horas-semanales periodo-de prueba",
    ONBOARDING: "incorpora primer-día bienvenida empiezo papeles curso formación nuevo-aquí pregunto",
    OFFBOARDING:
      "renunci despido preaviso finiquito dimisión voy-a cuánto-tiempo-tengo último-día jubil carta-de dejo-el otro-trabajo",
    WORKWEAR_STAFF_PASS: "uniforme zapatos tarjeta ropa taquilla camisa chaqueta botas delantal guantes placa",
    TEAM_CONTACTS:
      "contacto teléfono supervisor jefe compañer quién-es quién-lleva extensión delegada número-de hablar-con encargado-de",
    PERSONAL_QUESTIONS:
      "dirección mudad casad personales cuenta-bancaria certificado embaraz apellido datos divorci acoso alquiler",
    ACCESS_LOGIN: "contraseña acceso iniciar bloquead usuario entrar tableta portal clave sesión código",
    SOCIAL_QUESTIONS: "fiesta chiste tiempo-hace cena-de navidad bonito betis cumpleaños fútbol canción tiempo-va",
  },
  moods: {
    positive:
      "genial-gracias perfecto-mil excelente maravillos encantad estupend nerviosísima majos reír qué-bien feliz corazón fantástic contenta contento alegr",
    negative:
      "inaceptable vergüenza enfadad horrible fatal decepcion indignad queja injust ilegal denegado faltan reventada otra-vez cómo-se primera-vez mal-hecho no-me-lo harto harta nadie pues-vaya sigue-igual no-encontrado peor increíble",
    escalation: "abogad sindicato escalado elevo encargad-ahora una-persona hablar-con-alguien director operaciones",
    hr: "recursos-humanos =rrhh rr-hh a-nóminas",
    forward: "redirig reenvi derivo remit paso enviado traslad",
  },
};
